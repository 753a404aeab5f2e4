/* The fit of unit 6, trained in the page once it comes near the window: every hundredth set of parameters is kept, and
   can be looked at. */
(() => {
  "use strict";
  const { Net, Plot, RandomState, choice, format, player, plots, readout, row, slider, start } = window.explorables;
  const EVERY = 100, LAST = 10000;

  function begin(seed) {
    const rng = new RandomState(seed), x = Array.from({ length: 100 }, () => [rng.uniform()]);
    const y = x.map(([at]) => Math.sin(2 * Math.PI * at) + rng.uniform());
    const net = new Net(rng, 1, 10, 1);
    net.points = x;
    return { net, x, y, all: x.map((_, n) => n), losses: [], kept: [] };
  }

  function train(run, rate, count) {
    const { net, y, all, losses, kept } = run;
    const slope = (out, n) => { const error = out[0] - y[n]; out[0] = 2 * error; return error * error; };
    for (let k = 0; k < count && losses.length <= LAST; k++) {
      if (losses.length % EVERY === 0) kept.push(net.params.map((values) => Float64Array.from(values)));
      losses.push(net.step(all, rate, slope));
    }
  }

  start("sine_fit", (stage) => {
    const fit = new Plot({ x: [0, 1], y: [-1, 2.2], title: "the answer of the net", xlabel: "x", ylabel: "y", height: 280,
      alt: "The hundred points, the curve of the net, and dotted residuals." });
    const parts = new Plot({ x: [0, 1], y: [-5, 5], title: "its ten hidden units", xlabel: "x", ylabel: "w₂ · σ(w₁x + b₁)", height: 280,
      alt: "Ten smooth steps, one for each hidden unit; with the last bias they add up to the curve of the net." });
    const curve = new Plot({ x: [0, LAST], y: [0, 0.4], title: "loss", xlabel: "iteration", xticks: [0, 5000, 10000],
      alt: "The loss over ten thousand iterations, with the chosen iteration marked." });
    const tracks = new Plot({ x: [0, LAST], y: [-12, 12], title: "all 31 parameters", xlabel: "iteration", xticks: [0, 5000, 10000],
      alt: "Thirty-one lines: each parameter over ten thousand iterations, with the chosen iteration marked." });
    const when = slider({ label: "iteration", min: 0, max: LAST, step: EVERY, value: 0, text: (v) => v.toLocaleString("en"), change: () => draw() });
    const facts = readout();
    const step = (by) => { when.set(Math.min(when.value + by, LAST)); draw(); return when.value < LAST; };
    const play = player("Play", () => step(EVERY), () => step(1000), { begin: () => when.value === LAST && when.set(0) });
    const pick = slider({ label: "hidden unit, to follow", min: 0, max: 9, value: 2, text: (h) => `number ${h}`, change: () => draw() });
    let run, rate = 0.2, work;
    stage.append(row(play.element, when.element), plots(fit, parts, curve, tracks), row(choice("learning rate",
      [[0.2, "0.2, the chapter's"], [0.1, "0.1"], [0.05, "0.05"]], rate, (chosen) => { rate = chosen; restart(); setTimeout(work); }), pick.element), facts.element);

    function restart() {
      stage.dataset.ready = "no";
      run = begin(0);
      fit.back.replaceChildren();
      run.x.forEach(([x], n) => fit.dot(x, run.y[n], "data", { r: 3, layer: "back", opacity: 0.75 }));
      const mine = run;
      work = () => {
        if (mine !== run) return;
        train(run, rate, 500);
        when.say(run.losses.length <= LAST ? `training: ${Math.round(run.losses.length / 100)} %` : when.value.toLocaleString("en"));
        if (run.losses.length <= LAST) setTimeout(work); else finish();
      };
      train(run, rate, 1);
      draw();
    }

    function finish() {
      const at = run.kept.map((_, k) => k * EVERY);
      curve.back.replaceChildren();
      tracks.back.replaceChildren();
      curve.line(run.losses.flatMap((loss, k) => (k % 10 ? [] : [[k, loss]])), "loss", { layer: "back", width: 1.8 });
      run.kept[0].forEach((values, array) => values.forEach((_, j) =>
        tracks.line(at.map((k) => [k, run.kept[k / EVERY][array][j]]), "parameter", { layer: "back", width: 1.1, opacity: 0.45 })));
      stage.dataset.ready = "yes";
      draw();
    }

    function draw() {
      const k = Math.min(when.value / EVERY, run.kept.length - 1), at = k * EVERY, loss = run.losses[at];
      const [W1, b1, W2, b2] = run.kept[k], net = Object.assign(Object.create(Net.prototype), run.net, { params: run.kept[k], z: new Float64Array(10) });
      const answer = (x) => net.predict([x])[0], unit = (h) => (x) => W2[h] / (1 + Math.exp(-(x * W1[h] + b1[h])));
      for (const plot of [fit, parts, curve, tracks]) plot.clear();
      run.x.forEach(([x], n) => fit.line([[x, run.y[n]], [x, answer(x)]], "loss", { width: 1.3, dash: "2 2" }));
      fit.curve(answer, "prediction", { width: 3 });
      const chosen = pick.value;
      for (let h = 0; h < 10; h++) parts.curve(unit(h), "parameter", h === chosen ? { width: 3.2 } : { width: 1.3, opacity: 0.6 });
      parts.curve(() => b2[0], "ink", { width: 1.2, dash: "2 4" });
      parts.curve(answer, "prediction", { width: 3 });
      for (const plot of [curve, tracks]) plot.line([[at, -20], [at, 20]], "ink", { width: 1.5 });
      curve.dot(at, Math.min(loss, 0.4), "loss", { r: 5 });
      for (const values of run.kept[k]) for (const value of values) tracks.dot(at, value, "parameter", { r: 2.6, square: true });
      if (stage.dataset.ready === "yes") {
        for (const [array, words] of [[0, "w₁"], [1, "b₁"], [2, "w₂"]]) {
          tracks.line(run.kept.map((params, j) => [j * EVERY, params[array][chosen]]), "parameter", { width: 2.6, dash: ["", "7 3", "2 3"][array] });
          tracks.text(LAST, run.kept[LAST / EVERY][array][chosen], words, "parameter", { anchor: "end", dx: -4, dy: -5, bold: true });
        }
        tracks.line(run.kept.map((params, j) => [j * EVERY, params[3][0]]), "ink", { width: 1.4, dash: "8 3 2 3" });
        tracks.text(LAST / 2, run.kept[LAST / EVERY / 2][3][0], "b₂", "ink", { dy: -5, bold: true });
      }
      const farthest = Math.max(...[...W1, ...b1, ...W2, ...b2].map(Math.abs));
      facts.show([["iteration", at.toLocaleString("en")], ["loss", format(loss, 6), "loss"], ["largest parameter", format(farthest, 4), "parameter"]]);
    }
    restart();
    const watch = new IntersectionObserver((changes) => {
      if (!changes.some((change) => change.isIntersecting)) return;
      watch.disconnect();
      work();
    }, { rootMargin: "100%" });
    watch.observe(stage);
  });
})();
