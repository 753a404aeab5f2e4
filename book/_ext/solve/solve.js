/* "Solve here" at each exercise of a chapter: an editor, its buttons and the result. */
(() => {
  "use strict";
  const { solve } = window;
  const { store } = solve;
  const KEYS = "Tab indents, Escape and then Tab leaves the editor, Control and Enter check.";
  let count = 0;

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }
  solve.make = make;

  const button = (words, press, more = {}) => make("button", { type: "button", class: "solve-button", ...more,
    onclick: (event) => event.currentTarget.getAttribute("aria-disabled") !== "true" && press() }, words);

  /* Return the plain editor, which needs no script of its own. */
  function area({ label, describedby, text, change, submit }) {
    const element = make("textarea", { class: "solve-area", "aria-label": label, "aria-describedby": describedby,
      spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off", rows: "12" });
    element.value = text;
    element.addEventListener("input", () => change(element.value));
    element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
    });
    return { element, set: (next) => { element.value = next; }, focus: () => element.focus() };
  }

  let script = null;
  async function editor(options) {
    if (!solve.course.editor) return area(options);
    try {
      script ??= solve.script(`${solve.place}editor.js`);
      await script;
      return solve.makeEditor(options);
    } catch {
      return area(options);
    }
  }

  class Exercise {
    constructor(box) {
      this.unit = box.dataset.unit;
      this.name = box.dataset.exercise;
      this.cell = `${this.name}-answer`;
      this.id = `solve-${++count}`;
      this.box = box;
      this.given = 0; // hints
      this.result = null; // of the present text
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", `Exercise: ${this.name}`);
      this.opener = button("Solve here", () => this.toggle(), { "aria-label": `Solve here: ${this.name}`,
        "aria-expanded": "false", "aria-controls": this.id });
      this.state = make("span", { class: "solve-state" });
      this.body = make("div", { id: this.id, class: "solve-body", hidden: "" });
      box.append(make("p", { class: "solve-head" }, this.opener, this.state), this.body);
      this.tellState();
    }

    get kept() {
      return store.read(this.unit, this.cell);
    }

    async toggle() {
      const open = this.opener.getAttribute("aria-expanded") !== "true";
      this.opener.setAttribute("aria-expanded", String(open));
      this.body.hidden = !open;
      this.made ??= this.build();
      await this.made;
      if (open) this.editor?.focus();
    }

    async build() {
      try {
        this.notebook = await store.handedOut(this.unit);
      } catch (error) {
        this.body.append(make("p", { role: "alert" }, solve.whyNot(error, this.name)));
        return;
      }
      this.stub = store.answersOf(this.notebook).find(([id]) => id === this.cell)[1];
      this.text = this.kept?.source ?? this.stub;
      this.editor = await editor({ label: `Answer: ${this.name}`, describedby: `${this.id}-keys`, text: this.text,
        change: (text) => this.edit(text), submit: () => this.check() });
      this.buildAround();
      this.tellKept(true);
    }

    buildAround() {
      this.stopper = button("Stop", () => solve.stop(this));
      this.starters = [button("Check", () => this.check(), { class: "solve-button solve-main" }),
        button("Run", () => this.run()), button("Hint", () => this.hint())];
      const [check, run, hint] = this.starters;
      this.file = make("input", { type: "file", accept: ".ipynb", hidden: "", onchange: () => this.openFile() });
      this.saved = make("span", { class: "solve-saved", role: "status" });
      this.status = make("p", { class: "solve-status", role: "status" });
      this.shown = make("div", { class: "solve-shown" });
      this.region = make("div", { class: "solve-result", role: "region", "aria-label": `Result: ${this.name}`,
        "aria-busy": "false" }, this.status, this.shown);
      this.body.append(
        this.editor.element, make("p", { id: `${this.id}-keys`, class: "solve-keys" }, KEYS),
        make("div", { class: "solve-row" }, check, run, this.stopper, button("Reset", () => this.reset()), hint),
        this.region,
        make("div", { class: "solve-row" }, button("Download notebook", () => store.download(this.notebook, this.unit)),
          button("Open notebook", () => this.file.click()), this.file, this.saved),
        make("p", { class: "solve-only" }, solve.only));
      this.busy(false);
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
      this.editor.set(text);
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
      if (!this.editor) return;
      this.text = this.kept?.source ?? this.stub;
      this.editor.set(this.text);
      this.forget();
      this.tellKept(true);
    }

    /* Running */

    say(words) {
      this.status.replaceChildren(words);
    }

    busy(now) {
      this.region.setAttribute("aria-busy", String(now));
      for (const one of this.starters) one.setAttribute("aria-disabled", String(now));
      this.stopper.setAttribute("aria-disabled", String(!now));
    }

    /* Run a job on the present text; return its answer, or nothing where it ended without one. */
    async ask(kind) {
      const code = store.cellsFor(this.notebook, this.unit, kind === "run" ? this.cell : "");
      const job = { kind, unit: this.unit, exercise: this.name, ...code }, of = this.text;
      code.cells.find(([id]) => id === this.cell)[1] = of;
      this.busy(true);
      this.say(solve.started ? "Waiting for Python." : solve.loading);
      this.shown.replaceChildren();
      try {
        const text = await solve.run(this, job, () => this.say(kind === "check" ? "Checking." : "Running."));
        return { ...JSON.parse(text), of };
      } catch (error) {
        this.say(solve.whyNot(error, this.name));
      } finally {
        this.busy(false);
      }
    }

    async check() {
      if (this.region.getAttribute("aria-busy") === "true") return;
      const said = await this.ask("check");
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
      const said = await this.ask("run");
      if (!said) return;
      this.tellProblems(said);
      this.result = null;
      if (said.printed) this.shown.append(make("pre", { class: "solve-printed", tabindex: "0" }, solve.plain(said.printed)));
      const quiet = "It ran and printed nothing. Add a line such as print(...) to see a value.";
      this.say(said.problem ? "It ran and stopped." : said.printed ? "It ran." : quiet);
    }

    tellProblems(said) {
      for (const text of [...(said.earlier ?? []), said.problem].filter(Boolean))
        this.shown.append(make("p", { class: "solve-problem" }, solve.plain(text)));
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

  if (!solve.engineFiles) return; // this copy of the book came without Python
  for (const words of document.querySelectorAll(".solve-without")) words.remove();
  exercises = [...document.querySelectorAll(".solve[data-exercise]")].map((box) => new Exercise(box));

  addEventListener("storage", ({ key }) => {
    for (const one of exercises.filter((item) => key?.endsWith(`/${item.unit}/${item.cell}`)))
      if (!one.box.contains(document.activeElement)) one.refresh();
  });
})();
