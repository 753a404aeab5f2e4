/* The spiral of unit 6, trained in the page, with the same random numbers as in NumPy. */
(() => {
  "use strict";
  const { Net, Plot, RandomState, button, choice, format, make, onTheme, player, plots, readout, row, start, svg } = window.explorables;
  const COLORS = ["#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#d55e00"], GRID = 72, FAR = 1.1, SEED = 1984;

  const SHAPES = ["m-3.2 0a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0 -6.4 0z", "m0 -4l3.8 6.8h-7.6z", "m-3 -3h6v6h-6z", "m0 -4.2l4 4.2l-4 4.2l-4 -4.2z", "m0 4l3.8 -6.8h-7.6z"];

  function data(classes) {
    const rng = new RandomState(SEED), points = [], labels = [];
    for (let arm = 0; arm < classes; arm++) {
      for (let k = 0; k < 100; k++) {
        const angle = 4 * arm + (4 * k) / 100 + 0.2 * rng.normal();
        points.push([(k / 100) * Math.sin(angle), (k / 100) * Math.cos(angle)]);
        labels.push(arm);
      }
    }
    return { points, labels };
  }
  /* Turn scores into the gradient y - t in place; return the cross-entropy. */
  function crossEntropy(scores, label) {
    const top = Math.max(...scores), right = scores[label] - top;
    let sum = 0;
    for (let k = 0; k < scores.length; k++) sum += scores[k] = Math.exp(scores[k] - top);
    for (let k = 0; k < scores.length; k++) scores[k] /= sum;
    scores[label] -= 1;
    return Math.log(sum) - right;
  }
  const best = (scores) => scores.indexOf(Math.max(...scores));

  start("spiral", (stage) => {
    const plane = new Plot({ x: [-FAR, FAR], y: [-FAR, FAR], width: 340, height: 320, title: "the net's answer", xticks: [-1, 0, 1], yticks: [-1, 0, 1],
      alt: "The points of the spiral arms over regions in the colour of the class that the net gives to each place." });
    const curve = new Plot({ x: [0, 100], y: [0, 1.9], height: 320, title: "mean loss of each epoch", xlabel: "epoch", alt: "The loss of each epoch so far." });
    const canvas = make("canvas", { width: GRID, height: GRID }), { left, right, top, bottom } = plane.area;
    const picture = svg("image", { x: left, y: top, width: right - left, height: bottom - top, preserveAspectRatio: "none", style: "image-rendering:auto" });
    const facts = readout();
    let classes = 3, size = 30, rate = 1, net, rng, labels, losses;
    const epoch = () => { train(); draw(); return losses.length % 100 !== 0; };
    const many = () => { do train(); while (losses.length % 100); draw(); };
    const play = player("Train 100 epochs", epoch, many);
    const settings = (words, options, value, set) => choice(words, options, value, (chosen) => { set(chosen); reset(); });
    stage.append(plots(plane, curve), row(play.element, button("One epoch", () => { train(); draw(); }), button("Start again", () => reset())),
      row(settings("arms", [2, 3, 4, 5].map((k) => [k, k]), 3, (k) => { classes = k; }),
        settings("batch", [[5, "5"], [30, "30"], [500, "all"]], 30, (k) => { size = k; }),
        settings("learning rate", [[0.1, "0.1"], [1, "1"], [5, "5"]], 1, (k) => { rate = k; })), facts.element);

    function reset() {
      play.stop();
      const made = data(classes);
      labels = made.labels;
      rng = new RandomState(SEED);
      net = new Net(rng, 2, 10, classes);
      net.points = made.points;
      losses = [];
      plane.back.replaceChildren(picture);
      net.points.forEach(([x, y], n) => plane.add("path", { d: `M${plane.x(x).toFixed(1)} ${plane.y(y).toFixed(1)}${SHAPES[labels[n]]}`,
        style: `fill:${COLORS[labels[n]]};stroke:var(--paper);stroke-width:0.8` }, { layer: "back" }));
      draw();
    }

    function train() {
      const order = rng.permutation(labels.length), batch = [];
      for (let k = 0; k < order.length; k += size) {
        batch.push(net.step(order.slice(k, k + size), rate, (scores, n) => crossEntropy(scores, labels[n])));
      }
      losses.push(batch.reduce((sum, loss) => sum + loss, 0) / batch.length);
    }

    function paint() {
      const pen = canvas.getContext("2d"), image = pen.createImageData(GRID, GRID), out = new Float64Array(classes);
      for (let row = 0; row < GRID; row++) {
        for (let column = 0; column < GRID; column++) {
          const at = [((column + 0.5) / GRID) * 2 * FAR - FAR, FAR - ((row + 0.5) / GRID) * 2 * FAR];
          const color = parseInt(COLORS[best(net.predict(at, out))].slice(1), 16), place = 4 * (row * GRID + column);
          image.data.set([color >> 16, (color >> 8) & 255, color & 255, 95], place);
        }
      }
      pen.putImageData(image, 0, 0);
      picture.setAttribute("href", canvas.toDataURL());
    }

    function draw() {
      paint();
      const right = net.points.filter((point, n) => best(net.predict(point)) === labels[n]).length;
      const reach = Math.max(100, Math.ceil(losses.length / 100) * 100);
      if (curve.xs[1] !== reach) curve.range([0, reach], curve.ys);
      curve.clear().line(losses.map((loss, k) => [k + 1, loss]), "loss", { width: 1.8 });
      const last = losses[losses.length - 1], chance = Math.log(classes);
      curve.line([[0, chance], [reach, chance]], "ink", { dash: "2 5", width: 1.2 });
      curve.text(reach, chance, `no idea: ln ${classes}`, "ink", { anchor: "end", dy: -6, dx: -4 });
      if (losses.length) curve.dot(losses.length, Math.min(last, 1.9), "loss", { r: 5 });
      facts.show([["epoch", String(losses.length)], ["loss of the epoch", losses.length ? format(last, 4) : "\u2013", "loss"],
        ["right answers", `${right} of ${labels.length}`, "prediction"]]);
    }
    onTheme(draw);
    reset();
  });
})();
