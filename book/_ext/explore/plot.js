/* Planes with axes in the page's colours, and points in them that the reader can move. */
(() => {
  "use strict";
  const { fill, paint, raise, svg } = window.explorables;
  let count = 0;

  function ticks(low, high, goal = 5) {
    const rough = (high - low) / goal, power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999);
    const found = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(Number((k * step).toPrecision(12)));
    return found;
  }
  function decades(low, high, goal = 6) {
    const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
    const step = Math.max(1, Math.ceil((last - first) / goal));
    return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, k) => 10 ** (first + k * step));
  }
  /* A plane with axes. `front` is cleared for each new picture, `back` is drawn once, `top` keeps handles. */
  class Plot {
    constructor({ alt, x, y, logX = false, logY = false, width = 340, height = 250, title = "", xlabel = "", ylabel = "",
      xticks, yticks, tick = (v) => String(v).replace("-", "\u2212"), left = 46 }) {
      Object.assign(this, { logX, logY, width, height, tick, xticks, yticks });
      this.area = { left, right: width - 10, top: title ? 30 : 10, bottom: height - (xlabel ? 42 : 24) };
      const clip = `clip-${++count}`, { area } = this;
      this.axes = svg("g");
      this.back = svg("g", { "clip-path": `url(#${clip})` });
      this.front = svg("g", { "clip-path": `url(#${clip})` });
      this.top = svg("g");
      const box = { x: area.left, y: area.top, width: area.right - left, height: area.bottom - area.top };
      this.element = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": alt, class: "explorable-plot" },
        svg("clipPath", { id: clip }, svg("rect", box)), this.axes, this.back, this.front, this.top);
      const place = (words, at, extra) => words && this.element.append(svg("text", { ...at, class: "plot-label", ...extra }, words));
      place(title, { x: left, y: 18 }, { class: "plot-title" });
      place(xlabel, { x: (left + area.right) / 2, y: height - 6 }, { "text-anchor": "middle" });
      place(ylabel, { x: left + 5, y: area.top + 12 }, {});
      this.range(x, y);
    }

    range(x, y) {
      [this.xs, this.ys] = [x, y];
      this.axes.replaceChildren();
      const { area } = this, decade = (v) => `10${raise(Math.round(Math.log10(v)))}`;
      for (const v of this.xticks || (this.logX ? decades(Math.min(...x), Math.max(...x)) : ticks(...x))) {
        const at = this.x(v);
        this.axes.append(svg("line", { x1: at, x2: at, y1: area.top, y2: area.bottom, class: "plot-grid" }),
          svg("text", { x: at, y: area.bottom + 15, "text-anchor": "middle", class: "plot-tick" }, this.logX ? decade(v) : this.tick(v)));
      }
      for (const v of this.yticks || (this.logY ? decades(...y) : ticks(...y))) {
        const at = this.y(v);
        this.axes.append(svg("line", { x1: area.left, x2: area.right, y1: at, y2: at, class: "plot-grid" }),
          svg("text", { x: area.left - 6, y: at + 4, "text-anchor": "end", class: "plot-tick" }, this.logY ? decade(v) : this.tick(v)));
      }
    }

    along(value, [low, high], log, start, end) {
      const share = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
      const place = start + share * (end - start);
      return Number.isFinite(place) ? Math.min(Math.max(place, -4000), 5000) : value > 0 === end > start ? 5000 : -4000;
    }
    x(value) { return this.along(value, this.xs, this.logX, this.area.left, this.area.right); }
    y(value) { return this.along(value, this.ys, this.logY, this.area.bottom, this.area.top); }
    at(px, py) {
      const { area, xs, ys } = this;
      return [xs[0] + ((px - area.left) / (area.right - area.left)) * (xs[1] - xs[0]),
        ys[0] + ((area.bottom - py) / (area.bottom - area.top)) * (ys[1] - ys[0])];
    }

    clear() { this.front.replaceChildren(); return this; }
    add(tag, attributes, { layer = "front", opacity } = {}, ...children) {
      const shape = svg(tag, { ...attributes, opacity }, ...children);
      this[layer].append(shape);
      return shape;
    }
    line(points, role, { width = 2, dash, ...rest } = {}) {
      const path = points.map(([x, y], k) => `${k ? "L" : "M"}${this.x(x).toFixed(1)} ${this.y(y).toFixed(1)}`).join("");
      return this.add("path", { d: path, style: `fill:none;stroke:${paint(role)};stroke-width:${width};stroke-linejoin:round`,
        "stroke-dasharray": dash }, rest);
    }
    /* Many short lines as one shape, such as level lines: pieces are [[x, y], [x, y]]. */
    pieces(all, role, { width = 1, dash, ...rest } = {}) {
      const path = all.map(([[a, b], [c, d]]) => `M${this.x(a).toFixed(1)} ${this.y(b).toFixed(1)}L${this.x(c).toFixed(1)} ${this.y(d).toFixed(1)}`).join("");
      return this.add("path", { d: path, style: `fill:none;stroke:${paint(role)};stroke-width:${width}`, "stroke-dasharray": dash }, rest);
    }
    curve(f, role, options = {}) {
      const n = 240, [low, high] = this.xs;
      const xs = Array.from({ length: n + 1 }, (_, k) => (this.logX ? low * (high / low) ** (k / n) : low + (k / n) * (high - low)));
      return this.line(xs.map((x) => [x, f(x)]), role, options);
    }
    dot(x, y, role, { r = 4, hollow = false, square = false, ...rest } = {}) {
      const style = `fill:${hollow ? "var(--paper)" : paint(role)};stroke:${paint(hollow ? role : "paper")};stroke-width:${hollow ? 2 : 1}`;
      const [cx, cy] = [this.x(x), this.y(y)];
      return square ? this.add("rect", { x: cx - r, y: cy - r, width: 2 * r, height: 2 * r, rx: 2, style }, rest)
        : this.add("circle", { cx, cy, r, style }, rest);
    }
    bar(x, from, to, wide, role, rest = {}) {
      const [a, b] = [this.y(from), this.y(to)], middle = this.x(x);
      const style = `fill:color-mix(in srgb, ${paint(role)} 45%, var(--paper));stroke:${paint(role)};stroke-width:1.5`;
      return this.add("rect", { x: middle - wide / 2, y: Math.min(a, b), width: wide, height: Math.abs(a - b), rx: 2, style }, rest);
    }
    text(x, y, words, role = "ink", { anchor = "middle", dx = 0, dy = 0, bold = false, size = 13, ...rest } = {}) {
      const style = `fill:var(--${role}-text);text-anchor:${anchor};font-size:${size}px;${bold ? "font-weight:600" : ""}`;
      return this.add("text", { x: this.x(x) + dx, y: this.y(y) + dy, class: "plot-word", style }, rest, words);
    }

    /* A point to be moved by pointer or arrow keys. Set its place with the function that is returned. */
    handle({ label, step, move }) {
      const grip = svg("g", { tabindex: 0, role: "slider", "aria-label": label, class: "explorable-grip" },
        svg("circle", { r: 22, class: "grip-reach" }), svg("circle", { r: 13, class: "grip-ring" }),
        svg("rect", { x: -7, y: -7, width: 14, height: 14, rx: 3, class: "grip-core" }));
      this.element.setAttribute("role", "group");
      this.top.append(grip);
      let place = [0, 0];
      const inside = (value, [low, high]) => Math.min(Math.max(Number(value.toFixed(3)), low), high);
      const go = (x, y) => move(inside(x, this.xs), inside(y, this.ys));
      const follow = (event) => {
        const corner = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.element.getScreenCTM().inverse());
        go(...this.at(corner.x, corner.y));
      };
      grip.addEventListener("pointerdown", (event) => { grip.setPointerCapture(event.pointerId); grip.focus({ preventScroll: true }); event.preventDefault(); });
      grip.addEventListener("pointermove", (event) => grip.hasPointerCapture(event.pointerId) && follow(event));
      grip.addEventListener("keydown", (event) => {
        const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
        if (!way) return;
        event.preventDefault();
        const far = event.shiftKey ? 5 * step : step;
        go(place[0] + far * way[0], place[1] + far * way[1]);
      });
      return (x, y, words) => {
        place = [x, y];
        grip.setAttribute("transform", `translate(${this.x(x).toFixed(1)} ${this.y(y).toFixed(1)})`);
        fill(grip, { "aria-valuenow": x, "aria-valuemin": this.xs[0], "aria-valuemax": this.xs[1], "aria-valuetext": words }, []);
      };
    }
  }

  window.explorables.Plot = Plot;
})();
