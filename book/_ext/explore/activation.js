/* Activations and their slopes: what a node does to the gradient that comes back through it. */
(() => {
  "use strict";
  const { Plot, choice, format, plots, readout, row, slider, start, wide } = window.explorables;
  const sigmoid = (a) => (a >= 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(a) / (1 + Math.exp(a)));
  const KINDS = {
    sigmoid: [sigmoid, (a) => sigmoid(a) * (1 - sigmoid(a))],
    tanh: [Math.tanh, (a) => 1 - Math.tanh(a) ** 2],
    ReLU: [(a) => Math.max(a, 0), (a) => (a > 0 ? 1 : 0)],
  };
  const LAYERS = 8;

  start("activation", (stage) => {
    const shape = new Plot({ x: [-5, 5], y: [-1.25, 2.25], title: "forward: the value z", xlabel: "a", ylabel: "z",
      alt: "The chosen activation with its tangent at the chosen input; the two others are faint." });
    const slopes = new Plot({ x: [-5, 5], y: [-0.05, 1.15], title: "its slope", xlabel: "a", ylabel: "slope",
      alt: "The slope of the chosen activation, with the chosen input marked." });
    const back = new Plot({ x: [0.4, LAYERS + 0.6], y: [0, 1.1], title: "what is left of a gradient of 1", xlabel: "nodes passed",
      width: wide(), height: 190, xticks: Array.from({ length: LAYERS }, (_, k) => k + 1), alt: "Bars: a gradient of 1 after it has passed one to eight such nodes." });
    let kind = "sigmoid";
    const input = slider({ label: "input a", min: -5, max: 5, step: 0.1, value: 1, text: (v) => format(v, 3), change: () => draw() });
    const facts = readout();
    stage.append(row(choice("activation", Object.keys(KINDS).map((name) => [name, name]), kind, (name) => { kind = name; draw(); })),
      plots(shape, slopes), input.element, plots(back), facts.element);

    function draw() {
      const a = Math.round(10 * input.value) / 10, [f, slope] = KINDS[kind], z = f(a), s = slope(a);
      shape.clear();
      slopes.clear();
      for (const [name, [curve, its]] of Object.entries(KINDS)) {
        const look = name === kind ? { width: 2.6 } : { width: 1, opacity: 0.35 };
        shape.curve(curve, "data", look);
        slopes.curve(its, "gradient", name === kind ? look : { ...look, dash: "5 4" });
      }
      shape.line([[a - 1.4, z - 1.4 * s], [a + 1.4, z + 1.4 * s]], "gradient", { width: 3 });
      shape.line([[a, -2], [a, z]], "ink", { width: 1, dash: "3 4" });
      shape.dot(a, z, "data", { r: 6 });
      slopes.line([[a, -1], [a, s]], "ink", { width: 1, dash: "3 4" });
      slopes.dot(a, s, "gradient", { r: 6 });
      back.clear();
      for (let k = 1; k <= LAYERS; k++) {
        const left = s ** k;
        back.bar(k, 0, left, wide() / 16, "gradient");
        back.text(k, left, left > 0 && left < 0.01 ? "≈ 0" : format(left, 2), "gradient", { dy: -6, size: 13 });
      }
      facts.show([["z", format(z, 4), "data"], ["slope", format(s, 4), "gradient"], ["gradient 1 becomes", format(s, 4), "gradient"],
        [`after ${LAYERS} nodes`, format(s ** LAYERS, 3), "gradient"]]);
    }
    draw();
  });
})();
