/* The open question of a unit: a field for what a reader writes, kept and handed in with the answers to the exercises. */
(() => {
  "use strict";
  const { solve } = window;
  const { button, make, store } = solve;
  const PLACE = "*Your answer here.*";

  class Question {
    constructor(box) {
      this.box = box;
      this.unit = box.dataset.unit;
      this.name = this.cell = box.dataset.question;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", `Question: ${this.name}`);
      this.opener = button("Answer here", () => this.toggle(), { "aria-label": `Answer here: ${this.name}`,
        "aria-expanded": "false" });
      this.state = make("span", { class: "solve-state", role: "status" });
      this.body = make("div", { class: "solve-body", hidden: "" });
      box.append(make("p", { class: "solve-head" }, this.opener, this.state), this.body);
      this.tell(true);
    }

    async toggle() {
      const open = this.opener.getAttribute("aria-expanded") !== "true";
      this.opener.setAttribute("aria-expanded", String(open));
      this.body.hidden = !open;
      this.made ??= this.build();
      await this.made;
      if (open) this.field?.focus();
    }

    async build() {
      try {
        this.notebook = await store.handedOut(this.unit);
      } catch (error) {
        this.body.append(make("p", { role: "alert" }, solve.whyNot(error, this.name)));
        return;
      }
      this.asked = store.answersOf(this.notebook).find(([id]) => id === this.cell)[1];
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
