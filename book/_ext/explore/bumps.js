/* Two sigmoids make a hump, and humps make any curve: the reader moves them. */
(() => {
  "use strict";
  const { Plot, button, check, format, plots, readout, row, slider, start, wide } = window.explorables;
  const MOST = 8, sigmoid = (a) => 1 / (1 + Math.exp(-a)), target = (x) => Math.sin(2 * Math.PI * x) + 0.5;

  start("bumps", (stage) => {
    const width = wide(), facts = readout();
    const plot = new Plot({ x: [0, 1], y: [-1, 2], width, height: Math.max(280, Math.min(380, 0.55 * width)), title: "the answer of the net", xlabel: "x",
      alt: "The wanted curve, dotted; the humps, each with a handle at its middle; and their sum, the answer of the net." });
    let humps, steps = false;
    const broad = slider({ label: "width of a hump", min: 0.05, max: 0.6, step: 0.01, value: 0.3, text: (v) => v.toFixed(2), change: () => draw() });
    const steep = slider({ label: "steepness w₁", min: 5, max: 200, step: 5, value: 40, change: () => draw() });
    const handles = Array.from({ length: MOST }, (_, k) => plot.handle({ label: `hump ${k + 1}: place and height`, step: 0.05,
      move: (x, y) => { humps[k] = [x, y]; draw(); } }));
    const grips = [...plot.top.children];
    const add = button("One more hump", () => { humps.push([humps.length % 2 ? 0.25 : 0.75, 0.5]); draw(); });
    const less = button("One less", () => { humps.pop(); draw(); });
    const spread = () => { humps = humps.map((_, k) => [(k + 0.5) / humps.length, target((k + 0.5) / humps.length)]); broad.set(Math.max(0.05, 1 / humps.length)); draw(); };
    stage.append(plots(plot), row(broad.element, steep.element), row(add, less, button("Put them on the curve", spread), button("Start again", () => reset()),
      check("show the single steps", steps, (on) => { steps = on; draw(); }, "parameter")), facts.element);
    const rise = ([at, height], side) => (x) => height * sigmoid(steep.value * (x - at + side * broad.value / 2));
    const hump = (each) => (x) => rise(each, 1)(x) - rise(each, -1)(x);
    const answer = (x) => humps.reduce((sum, each) => sum + hump(each)(x), 0);

    function reset() {
      humps = [[0.5, 1]];
      broad.set(0.3);
      steep.set(40);
      draw();
    }
    function draw() {
      plot.clear();
      plot.curve(target, "data", { width: 2, dash: "2 5" });
      for (const each of humps) {
        if (steps) {
          plot.curve(rise(each, 1), "parameter", { width: 1, dash: "6 3" });
          plot.curve((x) => -rise(each, -1)(x), "parameter", { width: 1, dash: "2 3" });
        }
        plot.curve(hump(each), "parameter", { width: 1.5, opacity: 0.8 });
      }
      plot.curve(answer, "prediction", { width: 3 });
      grips.forEach((grip, k) => { grip.style.display = k < humps.length ? "" : "none"; });
      humps.forEach(([x, y], k) => handles[k](x, y, `place ${format(x, 3)}, height ${format(y, 3)}`));
      add.disabled = humps.length === MOST;
      less.disabled = humps.length === 1;
      const places = Array.from({ length: 201 }, (_, k) => k / 200);
      const error = places.reduce((sum, x) => sum + (answer(x) - target(x)) ** 2, 0) / places.length;
      facts.show([["humps", String(humps.length), "parameter"], ["hidden units", String(2 * humps.length)], ["mean squared error", format(error, 3), "loss"]]);
    }
    reset();
  });
})();
