/* "Change and run" below a cell of a chapter: the same lines in an editor, and what they print. Nothing is kept. */
(() => {
  "use strict";
  const { solve } = window;
  const { button, editor, make, Runner } = solve;
  let count = 0;

  class Cell extends Runner {
    constructor(box) {
      super();
      this.cells = JSON.parse(box.dataset.cells);
      this.unit = box.dataset.unit;
      this.number = ++count;
      this.id = `change-${this.number}`;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", `Code: ${this.number}`);
      this.opener = button("Change and run", () => this.toggle(), { class: "solve-button solve-small",
        "aria-expanded": "false", "aria-controls": this.id });
      this.body = make("div", { id: this.id, class: "solve-body", hidden: "" });
      box.append(this.opener, this.body);
    }

    async toggle() {
      const open = this.body.hidden;
      this.body.hidden = !open;
      this.opener.setAttribute("aria-expanded", String(open));
      this.made ??= this.build();
      await this.made;
      if (open) this.editor.focus();
    }

    async build() {
      this.text = this.cells.at(-1);
      this.editor = await editor({ label: `Change: ${this.number}`, describedby: `${this.id}-keys`, text: this.text,
        change: (text) => { this.text = text; }, submit: () => this.run() });
      const run = button("Run", () => this.run(), { class: "solve-button solve-main" });
      this.prepare(`Output: ${this.number}`, run);
      const reset = button("Reset", () => { this.text = this.cells.at(-1); this.editor.set(this.text); });
      this.body.append(this.editor.element,
        make("p", { id: `${this.id}-keys`, class: "solve-keys" }, "Tab indents, Escape and then Tab leaves the editor, Control and Enter run."),
        make("div", { class: "solve-row" }, run, this.stopper, reset), this.region);
    }

    async run() {
      if (this.isBusy) return;
      const before = this.cells.slice(0, -1).map((source, place) => [`cell-${place}`, source]);
      const said = await this.ask({ kind: "run", unit: this.unit, exercise: "", shown: [],
        cells: [...before, ["changed", this.text]] }, "Running.");
      if (said) this.tellRun(said);
    }
  }

  if (!solve.engineFiles) return;
  for (const box of document.querySelectorAll(".change")) new Cell(box);
})();
