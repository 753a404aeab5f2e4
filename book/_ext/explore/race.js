/* The race of unit 9 from any start, in a valley that can be turned. */
(() => {
  "use strict";
  const { Plot, button, check, format, plots, readout, row, slider, start } = window.explorables;
  const LAST = 60, valley = (w, b) => (w * w) / 20 + b * b, slopes = (w, b) => [w / 10, 2 * b];

  const momentum = (eta, beta) => () => {
    let v = [0, 0];
    return (g) => (v = v.map((old, i) => beta * old - eta * g[i]));
  };
  const adagrad = (eta) => () => {
    let h = [0, 0];
    return (g) => { h = h.map((old, i) => old + g[i] * g[i]); return g.map((slope, i) => (-eta * slope) / (Math.sqrt(h[i]) + 1e-7)); };
  };
  const adam = (eta) => () => {
    let m = [0, 0], s = [0, 0], t = 0;
    return (g) => {
      t += 1;
      m = m.map((old, i) => 0.9 * old + 0.1 * g[i]);
      s = s.map((old, i) => 0.999 * old + 0.001 * g[i] * g[i]);
      return m.map((mean, i) => (-eta * mean) / (1 - 0.9 ** t) / (Math.sqrt(s[i] / (1 - 0.999 ** t)) + 1e-8));
    };
  };
  const RACERS = { SGD: [momentum(0.95, 0), "ink", ""], Momentum: [momentum(0.1, 0.9), "data", "7 3"],
    AdaGrad: [adagrad(1.5), "parameter", "8 3 2 3"], Adam: [adam(0.3), "gradient", "3 3"] };

  /* The points of a walk in the turned plane: p, q there are w, b in the valley's own directions. */
  function walk(make, [p, q], angle) {
    const c = Math.cos(angle), s = Math.sin(angle), update = make(), points = [[p, q]], losses = [valley(c * p + s * q, c * q - s * p)];
    for (let k = 0; k < LAST; k++) {
      const [gw, gb] = slopes(c * p + s * q, c * q - s * p), [dp, dq] = update([c * gw - s * gb, s * gw + c * gb]);
      [p, q] = [p + dp, q + dq];
      points.push([p, q]);
      losses.push(valley(c * p + s * q, c * q - s * p));
    }
    return { points, losses };
  }

  start("race", (stage) => {
    const map = new Plot({ x: [-8, 8], y: [-8, 8], width: 340, height: 352, title: "from above", xlabel: "w", ylabel: "b",
      alt: "Level lines of the valley and the paths of the optimisers from the chosen start to its lowest point." });
    const time = new Plot({ x: [0, LAST], y: [1e-6, 100], logY: true, height: 352, title: "loss", xlabel: "step", alt: "The loss of each optimiser after every step." });
    let place = [-7, 2];
    const shown = new Set(Object.keys(RACERS));
    const grip = map.handle({ label: "start of the race", step: 0.5, move: (w, b) => { place = [w, b]; draw(); } });
    const [first, second] = ["w", "b"].map((name, k) => slider({ label: `start ${name}`, min: -8, max: 8, step: 0.5, value: place[k], text: (v) => format(v, 3),
      change: (v) => { place = place.map((old, i) => (i === k ? v : old)); draw(); } }));
    const steps = slider({ label: "steps", min: 0, max: LAST, value: 30, change: () => draw() });
    const turn = slider({ label: "turn the valley", min: 0, max: 90, step: 5, value: 0, text: (v) => `${v}°`, change: (v) => turnTo(v) });
    const facts = readout();
    let angle = 0;
    const spin = ([p, q], by) => [Math.cos(by) * p - Math.sin(by) * q, Math.sin(by) * p + Math.cos(by) * q];
    function turnTo(degrees) {
      const next = (degrees * Math.PI) / 180;
      place = spin(place, next - angle).map((v) => Math.min(Math.max(v, -8), 8));
      angle = next;
      draw();
    }
    stage.append(plots(map, time), row(...Object.entries(RACERS).map(([name, [, role]]) => check(name, true, (on) => { if (on) shown.add(name); else shown.delete(name); draw(); }, role))),
      row(steps.element, turn.element), row(first.element, second.element),
      row(button("As in the chapter", () => { place = [-7, 2]; angle = 0; turn.set(0); steps.set(30); draw(); })), facts.element);

    function level(height) {
      const points = Array.from({ length: 121 }, (_, k) => spin([Math.sqrt(20 * height) * Math.cos((k * Math.PI) / 60), Math.sqrt(height) * Math.sin((k * Math.PI) / 60)], angle));
      map.line(points, "ink", { width: 0.8, opacity: 0.45 });
    }

    function draw() {
      const n = steps.value, ends = [];
      map.clear();
      time.clear();
      for (let k = 1; k < 10; k++) level((k * k) / 3);
      time.line([[n, 1e-7], [n, 1e3]], "ink", { width: 1.2 });
      for (const [name, [make, role, dash]] of Object.entries(RACERS)) {
        const { points, losses } = walk(make, place, angle);
        ends.push([name, losses[n], role]);
        if (!shown.has(name)) continue;
        map.line(points.slice(0, n + 1), role, { width: 1.8 });
        for (const [p, q] of points.slice(1, n)) map.dot(p, q, role, { r: 2, square: name === "AdaGrad" });
        map.dot(...points[n], role, { r: 6, square: name === "AdaGrad" });
        time.line(losses.map((loss, k) => [k, loss]), role, { width: 1.2, opacity: 0.35 });
        time.line(losses.slice(0, n + 1).map((loss, k) => [k, loss]), role, { width: 2.2, dash });
      }
      map.text(0, 0, "★", "loss", { dy: 7, size: 20 });
      grip(...place, `w ${format(place[0], 3)}, b ${format(place[1], 3)}`);
      [first, second].forEach((each, k) => { each.set(place[k]); each.say(format(place[k], 3)); });
      ends.sort((one, other) => one[1] - other[1]);
      facts.show([...ends.map(([name, loss, role], k) => [`${k + 1}. ${name}`, format(loss, 4), role]), ["loss at the start", format(walk(momentum(0, 0), place, angle).losses[0], 4), "loss"]]);
    }
    draw();
  });
})();
