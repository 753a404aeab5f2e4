/* The loss of one sigmoid unit over its weight and bias, and walks in it from any start. */
(() => {
  "use strict";
  const { Plot, Surface, button, format, plots, readout, row, slider, start, svg, wide } = window.explorables;
  const sigmoid = (a) => 1 / (1 + Math.exp(-a));
  const height = (a) => 0.5 * (sigmoid(a) - 0.5) ** 2;
  const slope = (a) => (sigmoid(a) - 0.5) * sigmoid(a) * (1 - sigmoid(a));

  function walk([w, b], eta, steps) {
    const points = [[w, b]];
    for (let t = 0; t < steps; t++) {
      const g = slope(w + b);
      [w, b] = [w - eta * g, b - eta * g];
      points.push([w, b]);
    }
    return points;
  }

  /* Darker where the loss is higher: a colour gradient across the valley, which is the same all along. */
  function shade(map) {
    const id = "landscape-height", { left, right, top, bottom } = map.area;
    const stops = Array.from({ length: 33 }, (_, k) => svg("stop", { offset: k / 32, style: `stop-color:var(--loss);stop-opacity:${(6 * height(k / 4 - 4)).toFixed(3)}` }));
    map.add("linearGradient", { id, gradientUnits: "userSpaceOnUse", x1: left, y1: bottom, x2: right, y2: top }, { layer: "back" }, ...stops);
    map.add("rect", { x: left, y: top, width: right - left, height: bottom - top, fill: `url(#${id})` }, { layer: "back" });
  }

  /* The part of the line w + b = sum that lies in the square, in sixteen pieces. */
  function across(sum) {
    const low = Math.max(-2, sum - 2), high = Math.min(2, sum + 2);
    return Array.from({ length: 17 }, (_, k) => low + ((high - low) * k) / 16).map((w) => [w, sum - w]);
  }

  start("landscape", (stage, { starts }) => {
    const map = new Plot({ x: [-2, 2], y: [-2, 2], width: 340, height: 348, title: "from above", xlabel: "w", ylabel: "b",
      alt: "Level lines of the loss, parallel to the valley floor w + b = 0, and the walk from the chosen start." });
    const side = new Plot({ x: [-4, 4], y: [0, 0.125], height: 348, title: "along the walk", xlabel: "w + b", ylabel: "loss",
      alt: "The loss against w + b, a valley with its lowest point at 0, and the same walk in it." });
    const space = new Surface({ f: (w, b) => height(w + b), half: 2, top: 0.1162, width: wide(), height: Math.max(300, 0.6 * wide()), title: "the landscape: drag to turn it", labels: ["w", "b"],
      alt: "The loss as a surface over w and b, with its level lines and the same walks on it: a valley with a straight floor along the diagonal." });
    const rims = [];  // level lines on the surface, in pieces, so that a slope can hide a part of them
    shade(map);
    for (let level = 2; level < 30; level += 3) {
      const far = Math.log((0.5 + Math.sqrt(level / 128)) / (0.5 - Math.sqrt(level / 128)));
      for (const at of [far, -far]) {
        map.line([[-5, at + 5], [5, at - 5]], "loss", { layer: "back", width: 1 });
        rims.push({ points: across(at), role: "loss", width: 1.1 });
      }
    }
    map.line([[-5, 5], [5, -5]], "ink", { layer: "back", dash: "2 5" });
    rims.push({ points: across(0), role: "ink", width: 1.4 });
    side.curve(height, "loss", { layer: "back" });
    let place = [1.5, 1], trails = starts.map((from) => walk(from, 4, 15));

    const move = (w, b) => { trails = [...trails, walk(place, eta.value, steps.value)].slice(-7); place = [w, b]; draw(); };
    const grip = map.handle({ label: "start of the walk", step: 0.1, move: (w, b) => { place = [w, b]; draw(); } });
    const [weight, bias] = ["w", "b"].map((name, k) => slider({ label: `start ${name}`, min: -2, max: 2, step: 0.1, value: place[k],
      text: (v) => format(v, 3), change: (v) => { place = place.map((old, i) => (i === k ? v : old)); draw(); } }));
    const eta = slider({ label: "learning rate η", min: 0.5, max: 40, step: 0.5, value: 4, change: () => draw() });
    const steps = slider({ label: "steps", min: 0, max: 60, value: 15, change: () => draw() });
    const random = () => (Math.random() * 3.8 - 1.9);
    const facts = readout();
    stage.append(plots(space), space.controls, plots(map, side), row(weight.element, bias.element), row(eta.element, steps.element),
      row(button("Random start, keep this walk", () => move(random(), random())), button("Clear the map", () => { trails = []; draw(); })),
      facts.element);

    function draw() {
      const points = walk(place, eta.value, steps.value), end = points[points.length - 1];
      map.clear();
      side.clear();
      for (const trail of trails) {
        map.line(trail, "parameter", { width: 1.3, opacity: 0.55 });
        map.dot(...trail[0], "parameter", { r: 3, square: true, hollow: true, opacity: 0.7 });
        map.dot(...trail[trail.length - 1], "parameter", { r: 3, square: true, opacity: 0.8 });
      }
      const inside = (walk) => walk.filter(([w, b]) => Math.abs(w) <= 2 && Math.abs(b) <= 2);
      space.lines = [...rims, ...trails.map((trail) => ({ points: inside(trail), role: "parameter", width: 1.5, opacity: 0.6 })), { points: inside(points), role: "parameter", width: 3 }];
      space.dots = [...inside(points).map((at) => [...at, "parameter", 3]), [...place, "parameter", 6]];
      space.draw();
      map.line(points, "parameter", { width: 2.4 });
      side.line(points.map(([w, b]) => [w + b, height(w + b)]), "parameter", { width: 1.5, dash: "4 3" });
      for (const [w, b] of points) {
        map.dot(w, b, "parameter", { r: 3.5, square: true });
        side.dot(w + b, height(w + b), "parameter", { r: 4, square: true });
      }
      grip(...place, `w ${format(place[0], 3)}, b ${format(place[1], 3)}`);
      weight.set(place[0]);
      bias.set(place[1]);
      const pair = ([w, b]) => `(${format(w, 4)}, ${format(b, 4)})`;
      facts.show([["start", pair(place)], ["end", pair(end), "parameter"], ["loss at the end", format(height(end[0] + end[1]), 4), "loss"],
        ["w + b at the end", format(end[0] + end[1], 4)], ["w \u2212 b, start and end", `${format(place[0] - place[1], 4)}, ${format(end[0] - end[1], 4)}`]]);
    }
    draw();
  });
})();
