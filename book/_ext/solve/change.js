/* "Change and run" below a cell of a chapter: the same lines in an editor, and what they print. Nothing is kept. */
(() => {
  "use strict";
  const { solve } = window;
  const { button, editor, make, store, Runner } = solve;
  const KEYS = "Tab indents, Escape and then Tab leaves the editor, Control and Enter run. You can plot with matplotlib, too.";
  let count = 0;

  class Cell extends Runner {
    constructor(box) {
      super(box, `Code: ${++count}`, "Change and run", { class: "solve-button solve-small" });
      this.number = count;
      this.cells = JSON.parse(box.dataset.cells);
      box.append(this.opener, this.body);
    }

    async build() {
      this.text = this.cells.at(-1);
      this.field = await editor({ label: `Change: ${this.number}`, describedby: `${this.id}-keys`, text: this.text,
        change: (text) => { this.text = text; }, submit: () => this.run() });
      const run = button("Run", () => this.run(), { class: "solve-button solve-main" });
      this.prepare(`Output: ${this.number}`, run);
      const reset = button("Reset", () => { this.text = this.cells.at(-1); this.field.set(this.text); });
      this.body.append(this.field.element, make("p", { id: `${this.id}-keys`, class: "solve-keys" }, KEYS),
        make("div", { class: "solve-row" }, run, this.stopper, reset), this.region);
    }

    async run() {
      if (this.isBusy) return;
      const before = this.cells.slice(0, -1).map((source, place) => [`cell-${place}`, source]);
      const code = { cells: [...before, ["changed", this.text]], shown: [] };
      const said = await this.ask({ kind: "run", unit: this.unit, exercise: "", pictures: store.draws(code), ...code }, "Running.");
      if (said) this.tellRun(said);
    }
  }

  if (!solve.fileSets) return;
  for (const box of document.querySelectorAll(".change")) new Cell(box);
})();
