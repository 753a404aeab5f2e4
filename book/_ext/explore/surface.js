/* A surface over a square that can be turned by hand, with lines on it. What is far away is drawn first. */
(() => {
  "use strict";
  const { make, paint, slider, svg } = window.explorables;

  class Surface {
    /* f(x, y) is the height; the square is [-half, half] in both directions; `top` is the height drawn as `lift` halves. */
    constructor({ f, half, top, lift = 0.9, alt, labels, title, width, height, cells = 22 }) {
      Object.assign(this, { f, half, top, lift, labels, width, height, cells, lines: [], dots: [] });
      this.scale = Math.min(width / 3.1, height / 2.5);
      this.body = svg("g");
      this.element = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": alt, class: "explorable-plot explorable-surface" }, this.body,
        svg("text", { x: 46, y: 18, class: "plot-label plot-title" }, title));
      const redraw = () => this.draw();
      this.turn = slider({ label: "turn", min: -180, max: 180, value: -25, text: (v) => `${v}°`.replace("-", "\u2212"), change: redraw });
      this.tilt = slider({ label: "tilt", min: 15, max: 90, value: 42, text: (v) => (v === 90 ? "from above" : `${v}°`), change: redraw });
      this.controls = make("div", { class: "explorable-pairs" }, this.turn.element, this.tilt.element);
      this.follow();
    }

    /* Drag to turn; up and down tilts, where that does not scroll the page. */
    follow() {
      let held = null;
      const { element } = this;
      element.addEventListener("pointerdown", ({ clientX, clientY, pointerId }) => {
        held = { x: clientX, y: clientY, turn: this.turn.value, tilt: this.tilt.value };
        element.setPointerCapture(pointerId);
      });
      element.addEventListener("pointermove", ({ clientX, clientY }) => {
        if (!held) return;
        const turned = held.turn + 0.5 * (clientX - held.x);
        this.turn.set(Math.round(((((turned + 180) % 360) + 360) % 360) - 180));
        this.tilt.set(Math.round(Math.min(90, Math.max(15, held.tilt + 0.4 * (clientY - held.y)))));
        this.draw();
      });
      for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => { held = null; });
    }

    /* Return where a point lies on the screen and how far away it is. */
    place(x, y, z = this.f(x, y)) {
      const a = (this.turn.value * Math.PI) / 180, b = (this.tilt.value * Math.PI) / 180, s = this.scale / this.half;
      const right = x * Math.cos(a) - y * Math.sin(a), away = x * Math.sin(a) + y * Math.cos(a), up = (this.lift * this.half * z) / this.top;
      return [this.width / 2 + s * right, 0.54 * this.height - s * (away * Math.sin(b) + (up - 0.3 * this.half) * Math.cos(b)), away];
    }

    /* Lines are lists of [x, y] on the surface with a role and a width; dots are [x, y, role, r]. */
    draw() {
      const { cells, half, top } = this, at = (k) => -half + (2 * half * k) / cells, shapes = [];
      for (let row = 0; row < cells; row++) {
        for (let column = 0; column < cells; column++) {
          const corners = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]].map(([i, j]) => this.place(at(i), at(j)));
          const share = Math.round((75 * this.f(at(column + 0.5), at(row + 0.5))) / top) + 8, tone = `color-mix(in srgb, ${paint("loss")} ${share}%, var(--paper))`;
          shapes.push([(corners[0][2] + corners[2][2]) / 2, svg("path", { d: outline(corners) + "Z", style: `fill:${tone};stroke:${tone};stroke-width:0.7` })]);
        }
      }
      for (const { points, role, width, opacity = 1 } of this.lines) {
        const seen = points.map(([x, y]) => this.place(x, y));
        for (let k = 1; k < seen.length; k++) {
          shapes.push([(seen[k - 1][2] + seen[k][2]) / 2 - 0.12 * half, svg("path", { d: outline(seen.slice(k - 1, k + 1)), opacity, style: `fill:none;stroke:${paint(role)};stroke-width:${width};stroke-linecap:round` })]);
        }
      }
      for (const [x, y, role, r] of this.dots) {
        const [cx, cy, away] = this.place(x, y);
        shapes.push([away - 0.16 * half, svg("rect", { x: cx - r, y: cy - r, width: 2 * r, height: 2 * r, rx: 2, style: `fill:${paint(role)};stroke:var(--paper);stroke-width:1` })]);
      }
      shapes.sort(([one], [other]) => other - one);
      const words = [[0, -1.25 * half, 0], [-1.25 * half, 0, 1]].map(([x, y, k]) => {
        const [px, py] = this.place(x, y, this.f(0.8 * x, 0.8 * y));  // beside the middle of an edge, at its height
        return svg("text", { x: px, y: py, class: "plot-label", "text-anchor": "middle" }, this.labels[k]);
      });
      this.body.replaceChildren(...shapes.map(([, shape]) => shape), ...words);
    }
  }
  const outline = (points) => points.map(([x, y], k) => `${k ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

  Object.assign(window.explorables, { Surface });
})();
