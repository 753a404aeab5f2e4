/* What an exercise and a changed cell have in common: an editor, buttons, and a result that one worker gives. */
(() => {
  "use strict";
  const { solve } = window;
  const { button, make, Disclosure } = solve;

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

  class Runner extends Disclosure {
    /* Make the result and the Stop button. starters: the buttons that may not be pressed while something runs. */
    prepare(label, ...starters) {
      this.starters = starters;
      this.stopper = button("Stop", () => solve.stop(this));
      this.status = make("p", { class: "solve-status", role: "status" });
      this.shown = make("div", { class: "solve-shown" });
      this.region = make("div", { class: "solve-result", role: "region", "aria-label": label, "aria-busy": "false" },
        this.status, this.shown);
      this.busy(false);
    }

    say(words) {
      this.status.replaceChildren(words);
    }

    get isBusy() {
      return this.region.getAttribute("aria-busy") === "true";
    }

    busy(now) {
      this.region.setAttribute("aria-busy", String(now));
      for (const one of this.starters) one.setAttribute("aria-disabled", String(now));
      this.stopper.setAttribute("aria-disabled", String(!now));
    }

    /* Return the worker's answer to a job, or nothing where it ended without one; a sentence says why. */
    async ask(job, words) {
      this.busy(true);
      this.say("Waiting for Python.");
      this.shown.replaceChildren();
      try {
        return JSON.parse(await solve.run(this, job, (set) => this.say(set ? solve.loading[set] : words)));
      } catch (error) {
        this.say(solve.whyNot(error, job.exercise));
      } finally {
        this.busy(false);
      }
    }

    tellProblems(said) {
      for (const text of [...(said.earlier ?? []), said.problem].filter(Boolean))
        this.shown.append(make("p", { class: "solve-problem" }, solve.plain(text)));
    }

    /* Show what a run has printed and drawn. */
    tellRun(said) {
      this.tellProblems(said);
      if (said.printed) this.shown.append(make("pre", { class: "solve-printed", tabindex: "0" }, solve.plain(said.printed)));
      for (const drawn of said.pictures ?? []) this.shown.append(solve.picture(drawn));
      for (const text of said.not_drawn ?? []) this.shown.append(make("p", {}, solve.plain(text)));
      const quiet = "It ran and printed nothing. Add a line such as print(...) to see a value.";
      this.say(said.problem ? "It ran and stopped." : said.printed || said.pictures?.length ? "It ran." : quiet);
    }
  }

  Object.assign(solve, { editor, Runner });
})();
