/* The open question of a unit: a field for what a reader writes, kept and handed in with the answers to the exercises. */
(() => {
  "use strict";
  const { solve } = window;
  const { button, make, store, Disclosure } = solve;
  const PLACE = "*Your answer here.*";

  class Question extends Disclosure {
    constructor(box) {
      const name = box.dataset.question;
      super(box, `Question: ${name}`, "Answer here", { "aria-label": `Answer here: ${name}` });
      this.name = this.cell = name;
      this.state = make("span", { class: "solve-state", role: "status" });
      box.append(make("p", { class: "solve-head" }, this.opener, this.state), this.body);
      this.tell(true);
    }

    async build() {
      this.asked = await this.handedOut(this.cell);
      if (this.asked === undefined) return;
      this.field = make("textarea", { class: "solve-area solve-prose", "aria-label": `Answer: ${this.name}`, rows: "6",
        oninput: () => this.keep() });
      this.field.value = this.answer;
      this.body.append(this.field, make("div", { class: "solve-row" },
        button("Download notebook", () => store.download(this.notebook, this.unit))),
      make("p", { class: "solve-only" }, "No check can read this. Your instructor does, in the notebook that you hand in."));
    }

    /* What is kept of the cell without the question, or all of it where a reader has changed the question in a notebook. */
    get answer() {
      const [before, after] = this.asked.split(PLACE), text = store.read(this.unit, this.cell)?.source ?? this.asked;
      if (text === this.asked) return "";
      return text.startsWith(before) && text.endsWith(after) ? text.slice(before.length, text.length - after.length) : text;
    }

    keep() {
      const written = this.field.value, [before] = this.asked.split(PLACE);
      const source = written.startsWith(before) ? written : this.asked.split(PLACE).join(written.trim() ? written : PLACE);
      this.tell(store.write(this.unit, this.cell, { source }));
    }

    tell(done) {
      const words = done ? "saved in this browser" : "not saved: this browser keeps nothing for this page, so copy your answer";
      this.state.textContent = store.read(this.unit, this.cell) || !done ? words : "";
    }

    /* Show again what is kept, after a notebook was opened or another page has written. */
    refresh() {
      this.tell(true);
      if (this.field) this.field.value = this.answer;
    }
  }

  Object.assign(solve, { Question });
})();
