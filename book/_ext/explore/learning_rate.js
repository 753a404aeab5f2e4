/* How long a step: each step multiplies the residual by 1 - 2 eta |x|^2. */
(() => {
  "use strict";
  const { Plot, button, format, make, plots, readout, row, slider, start } = window.explorables;

  start("learning_rate", (stage, { residuals, square }) => {
    const first = residuals.reduce((sum, r) => sum + r * r, 0), unit = 1 / (100 * square);
    const valley = new Plot({ x: [-1.8, 1.8], y: [-12, 330], title: "across the valley", xlabel: "residual, in units of the first one",
      ylabel: "loss", alt: "A parabola, the loss across the valley. A walk hops on it from the first residual, step by step." });
    const time = new Plot({ x: [0, 30], y: [1e-8, 1e9], logY: true, title: "step by step", xlabel: "step", ylabel: "loss",
      alt: "The loss after each of thirty steps, on a logarithmic axis." });
    valley.curve((s) => first * s * s, "loss", { layer: "back" });
    time.line([[0, first], [30, first]], "ink", { layer: "back", dash: "2 5", width: 1.5 });
    let eta = 0.01;

    const rate = slider({ label: "learning rate η", min: 0, max: 125, value: 78, text: () => "", change: (k) => set(k * unit, false) });
    const steps = slider({ label: "steps", min: 0, max: 30, value: 4, change: () => draw() });
    const zones = make("div", { class: "explorable-zones", "aria-hidden": "true" }, ...[[40, "data", `slides, up to 1/${2 * square}`],
      [40, "prediction", `overshoots, up to 1/${square}`], [20, "gradient", "climbs out"]].map(([share, role, words]) =>
      make("span", { style: `flex:${share} 0 0;--tone:var(--${role})` }, words)));
    const presets = [["0.0001", 0.0001], [`1/${2 * square}`, 1 / (2 * square)], ["0.01", 0.01], [`1/${square}`, 1 / square], ["0.0132", 0.0132]]
      .map(([words, value]) => button(`η = ${words}`, () => set(value, true)));
    const facts = readout();
    stage.append(plots(valley, time), make("div", {}, rate.element, zones), row(...presets), steps.element, facts.element);

    function set(value, move) {
      eta = value;
      if (move) rate.input.value = Math.round(eta / unit);
      rate.say(eta.toFixed(eta < 0.001 ? 5 : 4));
      draw();
    }

    function draw() {
      const n = steps.value, factor = 1 - 2 * square * eta, exact = Math.abs(factor) < 1e-12 ? 0 : factor;
      const residual = Array.from({ length: 31 }, (_, k) => exact ** k), loss = residual.map((s) => first * s * s);
      valley.clear();
      const hop = (s) => [s, first * s * s];
      for (let k = 0; k < n; k++) {
        valley.line([hop(residual[k]), hop(residual[k + 1])], "gradient", { width: 1.6, dash: "5 4", opacity: k === n - 1 ? 1 : 0.7 });
      }
      for (let k = 0; k <= n; k++) valley.dot(...hop(residual[k]), "parameter", { r: k === n ? 6 : 3.5, square: true, opacity: k === n ? 1 : 0.6 });
      if (loss[n] > 330) valley.text(0, 290, "out of the picture", "gradient", { bold: true });
      time.clear();
      const seen = loss.map((value, k) => [k, Math.max(value, 1e-12)]);
      time.line(seen, "loss", { opacity: 0.35 });
      time.line(seen.slice(0, n + 1), "loss", { width: 3 });
      time.dot(n, Math.max(loss[n], 1e-8), "loss", { r: 6 });
      const size = Math.abs(exact), close = (value) => Math.abs(eta * value - 1) < 1e-9;
      const verdict = eta === 0 ? "stands still" : close(2 * square) ? "arrives in one step" : close(square) ? "to and fro for ever"
        : size > 1 ? "climbs out" : factor < 0 ? "overshoots, and arrives" : "slides down";
      facts.show([["factor of a step", format(exact, 4), "gradient"], ["loss after 1 step", format(loss[1], 6), "loss"],
        [`loss after ${n} ${n === 1 ? "step" : "steps"}`, format(loss[n], 6), "loss"], ["this walk", verdict]]);
    }
    set(0.01, true);
  });
})();
