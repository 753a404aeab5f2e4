/* The spirals of unit 6 with three and with five arms, trained side by side, with the same random numbers as in NumPy. */
(() => {
  "use strict";
  const { Net, Plot, RandomState, button, choice, format, make, onTheme, player, plots, readout, row, slider, start, svg, wide } = window.explorables;
  const COLORS = ["#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#d55e00"], GRID = 72, FAR = 1.1, SEED = 1984, LAST = 600;
  const SHAPES = ["m-3.2 0a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0 -6.4 0z", "m0 -4l3.8 6.8h-7.6z", "m-3 -3h6v6h-6z", "m0 -4.2l4 4.2l-4 4.2l-4 -4.2z", "m0 4l3.8 -6.8h-7.6z"];

  function data(arms, gap) {
    const rng = new RandomState(SEED), points = [], labels = [];
    for (let arm = 0; arm < arms; arm++) {
      for (let k = 0; k < 100; k++) {
        const angle = gap * arm + (4 * k) / 100 + 0.2 * rng.normal();
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

  /* One net with its points, its plane, the loss of each epoch, and the parameters after each of them. */
  class Learner {
    constructor(arms) {
      const { left, right, top, bottom } = (this.plane = new Plot({ x: [-FAR, FAR], y: [-FAR, FAR], width: 340, height: 330, left: 30, title: `N = ${arms}`, xticks: [-1, 0, 1], yticks: [-1, 0, 1],
        alt: `The points of ${arms} spiral arms over regions in the colour of the class that the net gives to each place.` })).area;
      this.arms = arms;
      this.canvas = make("canvas", { width: GRID, height: GRID });
      this.picture = svg("image", { x: left, y: top, width: right - left, height: bottom - top, preserveAspectRatio: "none", style: "image-rendering:auto" });
    }
    reset(gap) {
      const { points, labels } = data(this.arms, gap);
      this.labels = labels;
      this.rng = new RandomState(SEED);
      this.net = new Net(this.rng, 2, 10, this.arms);
      this.net.points = points;
      [this.losses, this.kept] = [[], [this.copy()]];
      this.plane.back.replaceChildren(this.picture);
      points.forEach(([x, y], n) => this.plane.add("path", { d: `M${this.plane.x(x).toFixed(1)} ${this.plane.y(y).toFixed(1)}${SHAPES[labels[n]]}`,
        style: `fill:${COLORS[labels[n]]};stroke:var(--paper);stroke-width:0.8` }, { layer: "back" }));
    }
    copy() { return this.net.params.map((values) => Float64Array.from(values)); }
    train(size, rate) {
      this.net.params = this.kept[this.kept.length - 1].map((values) => Float64Array.from(values));
      const order = this.rng.permutation(this.labels.length), batch = [];
      for (let k = 0; k < order.length; k += size) {
        batch.push(this.net.step(order.slice(k, k + size), rate, (scores, n) => crossEntropy(scores, this.labels[n])));
      }
      this.losses.push(batch.reduce((sum, loss) => sum + loss, 0) / batch.length);
      this.kept.push(this.copy());
    }
    /* Show the net as it was after an epoch; return how many points it puts right. */
    show(epoch) {
      this.net.params = this.kept[epoch];
      const pen = this.canvas.getContext("2d"), image = pen.createImageData(GRID, GRID), out = new Float64Array(this.arms);
      for (let row = 0; row < GRID; row++) {
        for (let column = 0; column < GRID; column++) {
          const at = [((column + 0.5) / GRID) * 2 * FAR - FAR, FAR - ((row + 0.5) / GRID) * 2 * FAR];
          const color = parseInt(COLORS[best(this.net.predict(at, out))].slice(1), 16);
          image.data.set([color >> 16, (color >> 8) & 255, color & 255, 95], 4 * (row * GRID + column));
        }
      }
      pen.putImageData(image, 0, 0);
      this.picture.setAttribute("href", this.canvas.toDataURL());
      return this.net.points.filter((point, n) => best(this.net.predict(point)) === this.labels[n]).length;
    }
  }

  start("spiral", (stage) => {
    const learners = [new Learner(3), new Learner(5)], looks = [["data", ""], ["gradient", "7 3"]], facts = readout();
    const curve = new Plot({ x: [0, LAST], y: [0, 1.9], width: wide(), height: 250, title: "mean loss of each epoch", xlabel: "epoch", alt: "The losses of the two nets, epoch by epoch; a line marks the epoch that is shown." });
    let size = 30, rate = 1, gap = 4;
    const done = () => learners[0].losses.length;
    const at = slider({ label: "epoch shown", min: 0, max: LAST, value: 0, change: (v) => { play.stop(); at.set(Math.min(v, done())); draw(); } });
    const epoch = () => { for (const each of learners) each.train(size, rate); at.set(done()); };
    const hundred = () => { do epoch(); while (done() % 100 && done() < LAST); draw(); };
    const play = player("Train 100 epochs", () => { epoch(); draw(); return done() % 100 !== 0 && done() < LAST; }, hundred, { begin: () => done() >= LAST && reset() });
    const settings = (words, options, value, set) => choice(words, options, value, (chosen) => { set(chosen); reset(); });
    stage.append(row(play.element, button("One epoch", () => { if (done() < LAST) epoch(); draw(); }), button("Start again", () => reset())), at.element,
      plots(...learners.map((each) => each.plane)), plots(curve), row(settings("gaps of the arms", [[4, "4 radians"], [0, "even"]], 4, (v) => { gap = v; }),
        settings("batch", [[5, "5"], [30, "30"], [500, "all"]], 30, (v) => { size = v; }), settings("learning rate", [[0.1, "0.1"], [1, "1"], [5, "5"]], 1, (v) => { rate = v; })), facts.element);

    function reset() {
      play.stop();
      for (const each of learners) each.reset(gap || (2 * Math.PI) / each.arms);
      at.set(0);
      draw();
    }
    function draw() {
      const now = at.value, shown = [["epoch", String(now)]];
      curve.clear().line([[now, -1], [now, 3]], "ink", { width: 1.2 });
      learners.forEach((each, k) => {
        const right = each.show(now), [role, dash] = looks[k], words = `N = ${each.arms}`, loss = each.losses[now - 1];
        curve.line(each.losses.map((value, n) => [n + 1, value]), role, { width: 1.8, dash });
        curve.line([[0, Math.log(each.arms)], [LAST, Math.log(each.arms)]], "ink", { dash: "2 5", width: 1 });
        curve.text(LAST, Math.log(each.arms), `no idea: ln ${each.arms}`, "ink", { anchor: "end", dy: -6, dx: -4 });
        if (now) curve.dot(now, Math.min(loss, 1.9), role, { r: 5 });
        shown.push([`loss, ${words}`, now ? format(loss, 4) : "\u2013", role], [`right, ${words}`, `${right} of ${each.labels.length}`, role]);
      });
      facts.show(shown);
    }
    onTheme(draw);
    reset();
  });
})();
