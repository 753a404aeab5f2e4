/* Momentum in a parabola: a damped oscillation, whose friction is 1 - beta and whose spring is eta times the curvature. */
(() => {
  "use strict";
  const { Plot, button, format, player, plots, readout, row, slider, start } = window.explorables;
  const LAST = 60, START = 1;

  function walk(pull, beta) {
    const places = [START];
    let velocity = 0;
    for (let k = 0; k < LAST; k++) {
      velocity = beta * velocity - pull * places[k];
      places.push(places[k] + velocity);
    }
    return places;
  }
  /* What the distance is multiplied by in the long run: the larger root of r² - (1 + beta - pull) r + beta = 0. */
  function factor(pull, beta) {
    const middle = 1 + beta - pull, square = middle * middle - 4 * beta;
    return square < -1e-12 ? [Math.sqrt(beta), true] : [(Math.abs(middle) + Math.sqrt(Math.max(square, 0))) / 2, false];
  }

  start("ball", (stage) => {
    const valley = new Plot({ x: [-1.6, 1.6], y: [-0.15, 1.8], title: "in the valley", xlabel: "place x", ylabel: "loss", height: 280, yticks: [0, 1],
      alt: "A parabola and the ball on it, with the places of the last steps." });
    const time = new Plot({ x: [0, LAST], y: [-1.5, 1.5], title: "step by step", xlabel: "step", ylabel: "place x", height: 280,
      alt: "The place of the ball after each step, between two dotted curves that show how fast the swing dies out." });
    valley.curve((x) => x * x, "loss", { layer: "back" });
    time.line([[0, 0], [LAST, 0]], "ink", { layer: "back", width: 1 });
    const pull = slider({ label: "η · curvature", min: 0.01, max: 4, step: 0.01, value: 0.1, text: (v) => v.toFixed(2), change: () => draw() });
    const beta = slider({ label: "β, velocity kept", min: 0, max: 0.99, step: 0.01, value: 0.9, text: (v) => v.toFixed(2), change: () => draw() });
    const step = slider({ label: "step", min: 0, max: LAST, value: LAST, change: () => draw() });
    const play = player("Play", () => { step.set(step.value + 1); draw(); return step.value < LAST; }, () => { step.set(Math.min(step.value + 10, LAST)); draw(); },
      { begin: () => step.value === LAST && step.set(0), every: 90 });
    const presets = [["no momentum", 0.1, 0], ["just no swing", 0.1, 0.46], ["swings", 0.1, 0.9], ["swings long", 0.1, 0.99], ["too far for plain steps", 2.5, 0.5], ["flies off", 3.1, 0.5]];
    const facts = readout();
    stage.append(row(play.element, step.element), plots(valley, time), row(pull.element, beta.element),
      row(...presets.map(([words, p, b]) => button(words, () => { pull.set(p); beta.set(b); draw(); }))), facts.element);

    function draw() {
      const n = step.value, places = walk(pull.value, beta.value), [size, swings] = factor(pull.value, beta.value);
      valley.clear();
      time.clear();
      places.slice(Math.max(0, n - 12), n).forEach((x, k, seen) => valley.dot(x, x * x, "parameter", { r: 3, square: true, opacity: (k + 1) / (seen.length + 1) }));
      valley.dot(places[n], places[n] ** 2, "parameter", { r: 8 });
      if (Math.abs(places[n]) > 1.6) valley.text(0, 1.5, "out of the picture", "gradient", { bold: true });
      if (swings) for (const sign of [1, -1]) time.curve((t) => sign * size ** t, "gradient", { width: 1.4, dash: "2 4" });
      time.line(places.map((x, k) => [k, x]), "parameter", { width: 1.2, opacity: 0.4 });
      time.line(places.slice(0, n + 1).map((x, k) => [k, x]), "parameter", { width: 2.4 });
      time.dot(n, places[n], "parameter", { r: 6 });
      const verdict = size > 1 + 1e-9 ? "flies off" : size > 1 - 1e-9 ? "never comes to rest" : swings ? "swings, and comes to rest" : beta.value - pull.value + 1 < 0 ? "jumps from side to side" : "slides down";
      facts.show([["each step, in the long run, times", format(size, 4), "gradient"], [`place after ${n} steps`, format(places[n], 4), "parameter"], ["the ball", verdict]]);
    }
    draw();
  });
})();
