/* "Solve here" at each exercise of a chapter: an editor, its buttons and the result. */
(() => {
  "use strict";
  const { solve } = window;
  const { button, editor, make, store, Runner } = solve;
  const KEYS = "Tab indents, Escape and then Tab leaves the editor, Control and Enter check.";

  class Exercise extends Runner {
    constructor(box) {
      const name = box.dataset.exercise;
      super(box, `Exercise: ${name}`, "Solve here", { "aria-label": `Solve here: ${name}` });
      this.name = name;
      this.cell = `${name}-answer`;
      this.given = 0; // hints
      this.result = null; // of the present text
      this.state = make("span", { class: "solve-state" });
      box.append(make("p", { class: "solve-head" }, this.opener, this.state), this.body);
      this.tellState();
    }

    get kept() {
      return store.read(this.unit, this.cell);
    }

    async build() {
      this.stub = await this.handedOut(this.cell);
      if (this.stub === undefined) return;
      this.text = this.kept?.source ?? this.stub;
      this.field = await editor({ label: `Answer: ${this.name}`, describedby: `${this.id}-keys`, text: this.text,
        change: (text) => this.edit(text), submit: () => this.check() });
      this.buildAround();
      this.tellKept(true);
    }

    buildAround() {
      const check = button("Check", () => this.check(), { class: "solve-button solve-main" });
      const run = button("Run", () => this.run()), hint = button("Hint", () => this.hint());
      this.prepare(`Result: ${this.name}`, check, run, hint);
      this.file = make("input", { type: "file", accept: ".ipynb", hidden: "", onchange: () => this.openFile() });
      this.saved = make("span", { class: "solve-saved", role: "status" });
      this.body.append(
        this.field.element, make("p", { id: `${this.id}-keys`, class: "solve-keys" }, KEYS),
        make("div", { class: "solve-row" }, check, run, this.stopper, button("Reset", () => this.reset()), hint),
        this.region,
        make("div", { class: "solve-row" }, button("Download notebook", () => store.download(this.notebook, this.unit)),
          button("Open notebook", () => this.file.click()), this.file, this.saved),
        make("p", { class: "solve-only" }, solve.only));
    }

    /* The text */

    edit(text) {
      if (text === this.text) return;
      this.text = text;
      this.forget();
      this.keep({ source: text });
    }

    /* The present text has not been checked: say so, and forget the hints. */
    forget() {
      if (this.result) this.say("You have changed your answer since this check.");
      this.result = null;
      this.given = 0;
    }

    keep(record) {
      this.tellKept(store.write(this.unit, this.cell, record));
    }

    tellKept(done, more = "") {
      const where = done ? "saved in this browser" : "not saved: this browser keeps nothing for this page, so download the notebook";
      this.saved.replaceChildren(more || (this.text === this.stub && done ? "" : where));
      this.tellState();
    }

    tellState() {
      const { source, passed, judged } = this.kept ?? {};
      const checked = judged && (passed === judged ? "\u2713 passes the checks of this page" : `${passed} of ${judged} checks pass`);
      this.state.textContent = source === undefined || source === this.stub ? "" : checked || "saved in this browser";
    }

    /* Put another text into the editor, and offer the way back. */
    put(text, words, undo) {
      this.text = text;
      this.field.set(text);
      this.forget();
      this.shown.replaceChildren();
      this.say(words);
      this.status.append(" ", button("Undo", undo, { class: "solve-link" }));
      this.tellKept(true);
    }

    reset() {
      const before = this.text;
      this.keep({ source: this.stub });
      this.put(this.stub, "This is the exercise as it was handed out.", () => {
        this.keep({ source: before });
        this.put(before, "Your answer is back.", () => this.reset());
      });
    }

    async openFile() {
      const [file] = this.file.files;
      this.file.value = "";
      if (!file) return;
      try {
        const [number, undo] = store.take(await file.text(), this.notebook, this.unit);
        solve.refresh(this.unit, `${number} answers of ${file.name} are in this browser now.`, this, undo);
      } catch (error) {
        this.say(solve.plain(error.message));
      }
    }

    /* Show again what is kept, after a notebook was opened or another page has written. */
    refresh() {
      this.tellState();
      if (!this.field) return;
      this.text = this.kept?.source ?? this.stub;
      this.field.set(this.text);
      this.forget();
      this.tellKept(true);
    }

    /* Running */

    /* Run a job on the present text; return its answer and the text, or nothing where it ended without one. */
    async askAbout(kind, words) {
      const code = store.cellsFor(this.notebook, this.unit, kind === "run" ? this.cell : ""), of = this.text;
      code.cells.find(([id]) => id === this.cell)[1] = of;
      const pictures = kind === "run" && store.draws(code);
      const said = await this.ask({ kind, unit: this.unit, exercise: this.name, pictures, ...code }, words);
      return said && { ...said, of };
    }

    async check() {
      if (this.isBusy) return;
      const said = await this.askAbout("check", "Checking.");
      if (!said) return;
      const { passed, judged, later } = said;
      this.tellProblems(said);
      this.shown.append(solve.table(String(said.html)));
      this.say(`${this.name}: ${Number(passed)} of ${Number(judged)} checks pass here${later ? `, ${Number(later)} counts when graded` : ""}.`);
      if (said.of !== this.text) return this.status.append(" You have changed your answer since.");
      this.result = said;
      this.given = 0;
      this.keep({ source: this.text, passed: Number(passed), judged: Number(judged), later: Number(later) });
    }

    async run() {
      const said = await this.askAbout("run", "Running.");
      if (!said) return;
      this.result = null;
      this.tellRun(said);
    }

    async hint() {
      if (!this.result) await this.check();
      if (!this.result) return;
      const hints = (this.result.hints ?? []).map(String);
      if (!hints.length) return this.say("All checks of this page pass: there is nothing to hint at.");
      this.given = Math.min(this.given + 1, hints.length);
      const left = hints.length - this.given;
      this.list ??= make("ol", { class: "solve-hints", "aria-label": "Hints" });
      this.list.replaceChildren(...hints.slice(0, this.given).map((text) => solve.sentence(text, "li")));
      this.shown.append(this.list);
      this.say(left ? `Hint ${this.given}. There ${left === 1 ? "is one more" : `are ${left} more`}.` : `Hint ${this.given}, the last one.`);
    }
  }

  let exercises = [];

  /* Show what is kept of a unit everywhere on the page; `exercise` tells of it and offers the way back. */
  solve.refresh = (unit, words, exercise, undo) => {
    for (const one of exercises.filter((item) => item.unit === unit)) one.refresh();
    if (!exercise) return;
    exercise.shown.replaceChildren();
    exercise.say(words);
    exercise.status.append(" ", button("Undo", () => {
      undo();
      solve.refresh(unit, "Your own answers are back.", exercise, () => {});
    }, { class: "solve-link" }));
  };

  if (!solve.fileSets) return; // this copy of the book came without Python
  for (const words of document.querySelectorAll(".solve .solve-without")) words.remove();
  exercises = [...document.querySelectorAll(".solve[data-exercise]")].map((box) => new Exercise(box))
    .concat([...document.querySelectorAll(".solve[data-question]")].map((box) => new solve.Question(box)));

  addEventListener("storage", ({ key }) => {
    for (const one of exercises.filter((item) => key?.endsWith(`/${item.unit}/${item.cell}`)))
      if (!one.box.contains(document.activeElement)) one.refresh();
  });
})();
