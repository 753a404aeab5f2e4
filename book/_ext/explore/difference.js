/* The error of a difference against its step h: truncation on one side, rounding on the other. */
(() => {
  "use strict";
  const { Plot, choice, format, plots, raise, readout, row, slider, start } = window.explorables;
  const PLACE = 1, SLOPE = Math.E, EPSILON = 2 ** -52;
  const KINDS = {
    "one-sided": { slope: (h) => (Math.exp(PLACE + h) - Math.exp(PLACE)) / h, ends: (h) => [PLACE, PLACE + h], theory: (h) => h / 2, rounding: (h) => EPSILON / (2 * h), role: "data" },
    central: { slope: (h) => (Math.exp(PLACE + h) - Math.exp(PLACE - h)) / (2 * h), ends: (h) => [PLACE - h, PLACE + h], theory: (h) => (h * h) / 6, rounding: (h) => EPSILON / (4 * h), role: "parameter" },
  };

  start("difference", (stage) => {
    const error = new Plot({ x: [2, 4e-16], y: [1e-13, 30], logX: true, logY: true, title: "relative error against h", xlabel: "step h, smaller to the right", height: 300,
      alt: "The error of the difference against the step, with the line of the truncation falling and that of the rounding rising." });
    const glass = new Plot({ x: [-3, 3], y: [-3, 3], title: "through the magnifying glass", xlabel: "w, in units of h from 1", height: 300, yticks: [],
      alt: "The function around the point, in a window as wide as a few steps h: the tangent, the difference as a straight line, and for tiny h the stairs of the rounded numbers." });
    let kind = "central";
    const step = slider({ label: "step h", min: 0, max: 60, value: 4, text: () => "", change: () => draw() });
    const facts = readout();
    stage.append(plots(glass, error), step.element, row(choice("difference", Object.keys(KINDS).map((name) => [name, name]), kind, (name) => { kind = name; draw(); })), facts.element);
    const sizeOf = (k) => 10 ** -(k / 4);

    function draw() {
      const k = step.value, h = sizeOf(k), { slope, ends, theory, rounding } = KINDS[kind], found = slope(h), off = Math.abs(found / SLOPE - 1);
      step.say(k % 4 ? format(h, 3) : k ? `10${raise(-k / 4)}` : "1");
      drawGlass(h, ends(h), found);
      error.clear();
      error.curve(theory, "prediction", { width: 1.6, dash: "8 4" });
      error.curve(rounding, "gradient", { width: 1.6, dash: "3 3" });
      error.text(1, 1e-12, "truncation", "prediction", { anchor: "start" });
      error.text(5e-16, 1e-12, "rounding", "gradient", { anchor: "end" });
      for (const [name, other] of Object.entries(KINDS)) {
        const points = Array.from({ length: 61 }, (_, j) => [sizeOf(j), Math.abs(other.slope(sizeOf(j)) / SLOPE - 1)]).filter(([, value]) => value > 0);
        error.line(points, other.role, name === kind ? { width: 2.2 } : { width: 1, opacity: 0.5 });
      }
      error.line([[h, 1e-14], [h, 100]], "ink", { width: 1.2 });
      error.dot(h, Math.max(off, 1e-13), KINDS[kind].role, { r: 6 });
      const larger = theory(h) > rounding(h) ? "truncation" : "rounding";
      facts.show([["difference", String(found).slice(0, 18).replace("-", "\u2212"), KINDS[kind].role], ["slope", String(SLOPE).slice(0, 18)],
        ["relative error", format(off, 3), "loss"], ["truncation, about", format(theory(h), 3), "prediction"], ["rounding, about", format(rounding(h), 3), "gradient"], ["the larger one", larger]]);
    }

    /* The window is 6 h wide and 6 h times the slope high. Heights are taken relative to f(1), as the computer knows them. */
    function drawGlass(h, [low, high], found) {
      const middle = Math.exp(PLACE), up = (w) => (Math.exp(w) - middle) / (h * SLOPE), unit = (w) => (w - PLACE) / h;
      glass.clear();
      glass.line([[-4, -4], [4, 4]], "ink", { dash: "2 5", width: 1.5 });
      const stairs = [];
      for (let at = -3; at <= 3; at += 0.02) stairs.push([at, up(PLACE + at * h)]);
      glass.line(stairs, "data", { width: 2.2 });
      const [a, b] = [low, high].map((w) => [unit(w), up(w)]), lean = found / SLOPE;
      glass.line([[a[0] - 4, a[1] - 4 * lean], [a[0] + 7, a[1] + 7 * lean]], "gradient", { width: 2 });
      for (const point of [a, b]) glass.dot(...point, "gradient", { r: 5 });
      glass.text(2.9, -2.7, "dotted: the true slope", "ink", { anchor: "end" });
    }
    draw();
  });
})();
