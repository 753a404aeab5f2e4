/* The page "My progress": how each exercise stands in this browser, and each unit's notebook. */
(() => {
  "use strict";
  const { solve } = window;
  const { make, store } = solve;

  function standing({ unit, name }) {
    const kept = store.read(unit, `${name}-answer`);
    if (!kept) return ["untouched", "not started"];
    if (!kept.judged) return ["begun", "begun, not checked"];
    if (kept.passed < kept.judged) return ["begun", `${kept.passed} of ${kept.judged} checks pass`];
    return ["done", kept.later ? "passes, and a check counts when graded" : "passes the checks of the page"];
  }

  function row(unit, name, tally) {
    const [state, words] = standing({ unit, name });
    tally[state] = (tally[state] ?? 0) + 1;
    const sign = { done: "\u2713", begun: "\u2026", untouched: "\u00b7" }[state];
    return make("li", { class: `progress-${state}` }, make("span", { "aria-hidden": "true" }, `${sign} `),
      make("code", {}, name), ` ${words}`);
  }

  function block({ unit, title, exercises }, total) {
    const tally = {}, said = make("span", { role: "status", class: "solve-saved" });
    const rows = exercises.map((name) => row(unit, name, tally));
    total.done += tally.done ?? 0;
    total.all += exercises.length;
    const act = (words, press) => make("button", { type: "button", class: "solve-button", onclick: press }, words);
    const file = make("input", { type: "file", accept: ".ipynb", hidden: "" });
    file.addEventListener("change", async () => {
      const [chosen] = file.files;
      file.value = "";
      try {
        if (chosen) store.take(await chosen.text(), await store.handedOut(unit), unit);
        draw();
      } catch (error) {
        said.textContent = error.message;
      }
    });
    const download = async () => store.download(await store.handedOut(unit), unit);
    return make("section", { role: "group", "aria-label": `Unit: ${unit}` },
      make("p", { class: "progress-title" }, make("a", { href: `${unit}.html` }, title),
        ` ${tally.done ?? 0} of ${exercises.length}`),
      make("progress", { value: String(tally.done ?? 0), max: String(exercises.length), "aria-label": `Done of ${unit}` }),
      make("ul", {}, ...rows),
      make("div", { class: "solve-row" }, act("Download notebook", download), act("Open notebook", () => file.click()), file, said));
  }

  function draw() {
    const box = document.querySelector(".solve-progress"), total = { done: 0, all: 0 };
    const blocks = solve.course.units.map((unit) => block(unit, total));
    box.replaceChildren(
      make("p", { role: "status" }, `${total.done} of ${total.all} exercises pass the checks of these pages. ${solve.only}`),
      ...blocks);
  }

  if (!solve.fileSets || !document.querySelector(".solve-progress")) return;
  document.querySelector(".solve-progress .solve-without")?.remove();
  draw();
  addEventListener("storage", draw);
})();
