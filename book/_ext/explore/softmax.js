/* From three scores to probabilities, to the loss, and back to the gradient of the scores. */
(() => {
  "use strict";
  const { Plot, button, choice, format, plots, readout, row, slider, start, wide } = window.explorables;
  const NAMES = ["class 0", "class 1", "class 2"], TICKS = [-10, -5, 0, 5, 10], LARGEST = 100;

  /* The probabilities, and minus the logarithm of each: without a logarithm of 0, however far the scores lie apart. */
  function softmax(scores) {
    const top = Math.max(...scores), powers = scores.map((score) => Math.exp(score - top));
    const sum = powers.reduce((total, power) => total + power, 0);
    return { y: powers.map((power) => power / sum), losses: scores.map((score) => Math.log(sum) + top - score) };
  }

  start("softmax", (stage) => {
    /* Beside each other on a wide page; on a phone one below the other, each as wide as the page. */
    const size = innerWidth < 600 ? { width: 320, height: 190 } : { width: 230, height: 240 }, thick = 0.2 * size.width;
    const columns = (title, y, alt, yticks) => new Plot({ x: [-0.6, 2.6], y, title, ...size, xticks: [0, 1, 2], left: 34, yticks, alt,
      xlabel: "class" });
    const given = columns("scores x", [-14, 14], "Bars of the three scores.", TICKS);
    const shares = columns("softmax y", [0, 1.25], "Bars of the three probabilities; the right class is outlined as loss.", [0, 0.5, 1]);
    const pushes = columns("gradient", [-1.5, 1.5], "Bars of the gradient: positive where a score is to fall, negative where it is to rise.", [-1, 0, 1]);
    const price = new Plot({ x: [0, 1], y: [0, 6], title: "the price of the right class", xlabel: "its probability p", ylabel: "\u2212ln p", width: wide(), height: 210,
      alt: "The curve minus logarithm of p, with the probability of the right class marked." });
    price.curve((p) => -Math.log(Math.max(p, 1e-9)), "loss", { layer: "back" });
    for (const plot of [given, pushes]) plot.line([[-1, 0], [3, 0]], "ink", { layer: "back", width: 1 });
    let scores = [2, 1, 0], right = 0;
    const sliders = NAMES.map((name, k) => slider({ label: `score of ${name}`, min: -10, max: 10, step: 0.1, value: scores[k], text: (v) => format(v, 3),
      change: (v) => { scores[k] = v; draw(); } }));
    /* Nothing is cut off: whatever a button makes of the scores, the sliders and the axis grow with them. */
    const all = (change) => () => {
      scores = scores.map((score) => Math.round(10 * change(score)) / 10);
      const far = Math.ceil(Math.max(10, ...scores.map(Math.abs)));
      sliders.forEach(({ input }) => Object.assign(input, { min: -far, max: far }));
      draw();
    };
    const double = button("times 2", all((score) => score * 2)), add = button("add 1 to all", all((score) => score + 1));
    const facts = readout();
    stage.append(plots(given, shares, pushes), row(...sliders.map((each) => each.element)),
      row(add, double, button("all 0", all(() => 0))),
      row(choice("right class", NAMES.map((name, k) => [k, name]), right, (k) => { right = k; draw(); })),
      plots(price), facts.element);

    function draw() {
      const { y, losses } = softmax(scores), p = y[right], loss = losses[right], gradient = y.map((share, k) => share - (k === right ? 1 : 0));
      const bars = (plot, values, roles, digits) => {
        plot.clear();
        values.forEach((value, k) => {
          plot.bar(k, 0, value, thick, roles(k));
          plot.text(k, value, format(value, digits), roles(k), { dy: value < 0 ? 16 : -6, bold: k === right, size: 14 });
        });
      };
      const far = Math.max(...scores.map(Math.abs)), reach = Math.max(14, 1.4 * far);
      given.yticks = far > 10 ? undefined : TICKS;
      if (given.ys[1] !== reach) given.range(given.xs, [-reach, reach]);
      bars(given, scores, () => "data", 3);
      bars(shares, y, (k) => (k === right ? "loss" : "prediction"), 3);
      bars(pushes, gradient, () => "gradient", 3);
      price.clear();
      price.line([[p, 0], [p, loss]], "ink", { width: 1, dash: "3 4" });
      price.dot(p, Math.min(loss, 5.9), "loss", { r: 6 });
      sliders.forEach((each, k) => each.set(scores[k]));
      double.disabled = far > LARGEST / 2;
      add.disabled = Math.max(...scores) >= LARGEST;
      facts.show([["p of the right class", format(p, 4), "prediction"], ["loss \u2212ln p", format(loss, 4), "loss"],
        ["gradient", gradient.map((g) => format(g, 3)).join(", "), "gradient"], ["its sum", format(Math.round(1e9 * gradient.reduce((a, b) => a + b)) / 1e9, 2)]]);
    }
    draw();
  });
})();
