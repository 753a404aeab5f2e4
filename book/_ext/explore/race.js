/* The race of unit 9: from any start, with any rates, in three landscapes that can be turned. */
(() => {
  "use strict";
  const { Plot, button, check, choice, format, levelLines, make, player, plots, readout, row, slider, start, wide } = window.explorables;
  const LAST = 60, REACH = 9, ALONG = 8, ACROSS = 4;  // starts lie in a rectangle that stays on the map when it is turned
  const RATES = 200, rateOf = (k) => 10 ** (-2.5 + (3.2 * k) / RATES);

  /* u and v are a landscape's own directions; they are w and b of the chapter until it is turned. */
  const LANDSCAPES = {
    valley: { loss: (u, v) => (u * u) / 20 + v * v, slopes: (u, v) => [u / 10, 2 * v], goals: [[0, 0]], from: [-7, 2],
      heights: [1, 4, 9, 16, 25, 36, 49].map((k) => k / 3), rates: [0.95, 0.1, 1.5, 0.3] },
    ravine: { loss: (u, v) => (u - 2) ** 2 / 20 + bend(u, v) ** 2, slopes: (u, v) => [(u - 2) / 10 - (bend(u, v) * u) / 3, 2 * bend(u, v)],
      goals: [[2, 4 / 12 - 2]], from: [-7, 2], heights: [1, 4, 9, 16, 25, 36].map((k) => k / 5), rates: [0.35, 0.05, 1.5, 0.3] },
    saddle: { loss: (u, v) => (u * u) / 20 + (v * v - 9) ** 2 / 81, slopes: (u, v) => [u / 10, (4 * v * (v * v - 9)) / 81], goals: [[0, 3], [0, -3]],
      from: [-7, 0.05], heights: [0.1, 0.4, 0.7, 1, 1.5, 2.2, 3, 4], rates: [0.95, 0.1, 1.5, 0.3] },
  };
  function bend(u, v) { return v - (u * u) / 12 + 2; }

  const momentum = (eta, beta) => {
    let velocity = [0, 0];
    return (g) => (velocity = velocity.map((old, i) => beta * old - eta * g[i]));
  };
  const adagrad = (eta) => {
    let h = [0, 0];
    return (g) => { h = h.map((old, i) => old + g[i] * g[i]); return g.map((slope, i) => (-eta * slope) / (Math.sqrt(h[i]) + 1e-7)); };
  };
  const adam = (eta) => {
    let m = [0, 0], s = [0, 0], t = 0;
    return (g) => {
      t += 1;
      m = m.map((old, i) => 0.9 * old + 0.1 * g[i]);
      s = s.map((old, i) => 0.999 * old + 0.001 * g[i] * g[i]);
      return m.map((mean, i) => (-eta * mean) / (1 - 0.9 ** t) / (Math.sqrt(s[i] / (1 - 0.999 ** t)) + 1e-8));
    };
  };
  const RACERS = [["SGD", (eta) => momentum(eta, 0), "ink", ""], ["Momentum", momentum, "data", "7 3"], ["AdaGrad", adagrad, "parameter", "8 3 2 3"],
    ["Adam", adam, "gradient", "3 3"]];
  const turned = ([p, q], by) => [Math.cos(by) * p - Math.sin(by) * q, Math.sin(by) * p + Math.cos(by) * q];

  /* The points of a walk on the turned map, and the loss at each of them. It ends where the numbers do. */
  function walk(update, { loss, slopes }, from, angle) {
    let place = turned(from, angle);
    const points = [place], losses = [loss(...from)];
    for (let k = 0; k < LAST; k++) {
      const change = update(turned(slopes(...turned(place, -angle)), angle));
      place = place.map((old, i) => old + change[i]);
      const height = loss(...turned(place, -angle));
      if (!(Math.abs(height) < 1e12)) break;
      points.push(place);
      losses.push(height);
    }
    return { points, losses };
  }

  start("race", (stage) => {
    const width = wide(), side = width > 500 ? 1.45 * REACH : REACH;  // a wide page shows more to the left and right
    const map = new Plot({ x: [-side, side], y: [-REACH, REACH], width, height: 72 + ((width - 56) * REACH) / side, title: "from above", xlabel: "w", ylabel: "b",
      alt: "Level lines of the landscape and the paths of the optimisers from the chosen start to the star." });
    const time = new Plot({ x: [0, LAST], y: [1e-6, 100], logY: true, width, height: 270, title: "loss", xlabel: "step", alt: "The loss of each optimiser after every step." });
    let name = "valley", from, angle = 0;
    const shown = new Set(RACERS.map(([racer]) => racer)), facts = readout();
    const inside = ([u, v]) => [Math.min(Math.max(u, -ALONG), ALONG), Math.min(Math.max(v, -ACROSS), ACROSS)];
    const grip = map.handle({ label: "start of the race", step: 0.5, move: (w, b) => { from = inside(turned([w, b], -angle)).map((x) => Number(x.toFixed(6))); draw(); } });
    const steps = slider({ label: "steps", min: 0, max: LAST, value: 30, change: () => draw() });
    const turn = slider({ label: "turn the landscape", min: 0, max: 90, step: 5, value: 0, text: (v) => `${v}°`, change: (v) => { angle = (v * Math.PI) / 180; scene(); } });
    const rates = RACERS.map(([racer, , role]) => slider({ label: `η of ${racer}`, min: 0, max: RATES, text: () => "", change: (k) => { setRate(racer, rateOf(k)); draw(); }, role }));
    const beta = slider({ label: "β of Momentum", min: 0, max: 0.99, step: 0.01, value: 0.9, text: (v) => v.toFixed(2), change: () => draw() });
    const etas = {};
    const play = player("Play", () => { steps.set(Math.min(steps.value + 1, LAST)); draw(); return steps.value < LAST; }, () => { steps.set(Math.min(steps.value + 10, LAST)); draw(); },
      { begin: () => steps.value === LAST && steps.set(0), every: 90 });
    const land = choice("landscape", Object.keys(LANDSCAPES).map((each) => [each, each]), name, (chosen) => { name = chosen; reset(); });
    stage.append(row(land, play.element, button("As in the chapter", () => { play.stop(); reset(); })), plots(map), row(steps.element, turn.element), plots(time),
      row(...RACERS.map(([racer, , role]) => check(racer, true, (on) => { if (on) shown.add(racer); else shown.delete(racer); draw(); }, role))),
      make("div", { class: "explorable-pairs" }, ...rates.map((rate) => rate.element), beta.element), facts.element);

    function setRate(racer, eta) {
      etas[racer] = eta;
      rates[RACERS.findIndex(([each]) => each === racer)].say(format(eta, 3));
    }
    function reset() {
      const land = LANDSCAPES[name];
      [from, angle] = [land.from, 0];
      turn.set(0);
      steps.set(30);
      beta.set(0.9);
      RACERS.forEach(([racer], k) => { rates[k].set(Math.round((RATES * (Math.log10(land.rates[k]) + 2.5)) / 3.2)); setRate(racer, land.rates[k]); });
      scene();
    }
    /* What the walks do not change: level lines and goals. */
    function scene() {
      const { loss, heights, goals } = LANDSCAPES[name];
      map.back.replaceChildren();
      for (const pieces of levelLines((p, q) => loss(...turned([p, q], -angle)), map.xs, map.ys, heights)) map.pieces(pieces, "ink", { width: 0.9, opacity: 0.5, layer: "back" });
      map.line([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]].map(([u, v]) => turned([u * ALONG, v * ACROSS], angle)), "ink", { width: 1, dash: "2 6", opacity: 0.6, layer: "back" });
      for (const goal of goals) map.text(...turned(goal, angle), "★", "loss", { dy: 7, size: 20, layer: "back" });
      draw();
    }

    function draw() {
      const n = steps.value, ends = [];
      map.clear();
      time.clear();
      time.line([[n, 1e-7], [n, 1e3]], "ink", { width: 1.2 });
      for (const [racer, rule, role, dash] of RACERS) {
        const { points, losses } = walk(rule(etas[racer], beta.value), LANDSCAPES[name], from, angle), square = racer === "AdaGrad";
        ends.push([racer, n < losses.length ? losses[n] : Infinity, role]);
        if (!shown.has(racer)) continue;
        map.line(points.slice(0, n + 1), role, { width: 1.8 });
        for (const place of points.slice(1, n)) map.dot(...place, role, { r: 2, square });
        if (n < points.length) map.dot(...points[n], role, { r: 6, square });
        time.line(losses.map((loss, k) => [k, loss]), role, { width: 1.2, opacity: 0.35 });
        time.line(losses.slice(0, n + 1).map((loss, k) => [k, loss]), role, { width: 2.2, dash });
      }
      const [w, b] = turned(from, angle);
      grip(w, b, `w ${format(w, 3)}, b ${format(b, 3)}`);
      ends.sort((one, other) => one[1] - other[1] || 0);
      facts.show([...ends.map(([racer, loss, role], k) => [`${k + 1}. ${racer}`, format(loss, 4), role]), ["loss at the start", format(LANDSCAPES[name].loss(...from), 4), "loss"]]);
    }
    reset();
  });
})();
