/* A place of the page that opens: a button and the part below it, which is built when it is opened first. */
window.solve = window.solve || {};
(() => {
  "use strict";
  const { solve } = window;
  const { store } = solve;
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

  const button = (words, press, more = {}) => make("button", { type: "button", class: "solve-button", ...more,
    onclick: (event) => event.currentTarget.getAttribute("aria-disabled") !== "true" && press() }, words);

  /* A subclass has build(), which fills the body, and field, which takes the focus; of both there may be none yet. */
  class Disclosure {
    /* box: the element of the page; name: what the group is called; words and more: of the button that opens it. */
    constructor(box, name, words, more = {}) {
      this.box = box;
      this.unit = box.dataset.unit;
      this.id = `solve-${++count}`;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", name);
      this.opener = button(words, () => this.toggle(), { "aria-expanded": "false", "aria-controls": this.id, ...more });
      this.body = make("div", { id: this.id, class: "solve-body", hidden: "" });
    }

    async toggle() {
      const open = this.body.hidden;
      this.body.hidden = !open;
      this.opener.setAttribute("aria-expanded", String(open));
      this.made ??= this.build();
      await this.made;
      if (open) this.field?.focus();
    }

    /* Load the unit's notebook; return the text of a cell as it was handed out, or nothing: then a sentence says why. */
    async handedOut(cell) {
      try {
        this.notebook = await store.handedOut(this.unit);
      } catch (error) {
        this.body.append(make("p", { role: "alert" }, solve.whyNot(error, this.name)));
        return undefined;
      }
      return store.answersOf(this.notebook).find(([id]) => id === cell)[1];
    }
  }

  Object.assign(solve, { make, button, Disclosure });
})();
