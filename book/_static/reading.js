// Shows what a glossary term means where it is used, lets commands be copied, and prints pages in daylight with answers still closed.

(() => {
  "use strict";
  const tip = document.createElement("div");
  tip.className = "term-definition";
  tip.id = "term-definition";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  let owner = null;

  function show(link) {
    hide();
    owner = link;
    tip.textContent = link.dataset.definition;
    tip.hidden = false;
    link.setAttribute("aria-describedby", tip.id);
    const place = link.getBoundingClientRect();
    const left = Math.min(place.left, document.documentElement.clientWidth - tip.offsetWidth - 8);
    const below = place.bottom + tip.offsetHeight < window.innerHeight;
    tip.style.left = `${window.scrollX + Math.max(8, left)}px`;
    tip.style.top = `${window.scrollY + (below ? place.bottom : place.top - tip.offsetHeight)}px`;
  }

  function hide() {
    if (owner) owner.removeAttribute("aria-describedby");
    owner = null;
    tip.hidden = true;
  }

  function leave(event) {
    if (event.relatedTarget !== tip && event.relatedTarget !== owner) hide();
  }

  document.addEventListener("DOMContentLoaded", () => {
    const links = document.querySelectorAll("a[data-definition]");
    if (!links.length) return;
    document.body.append(tip);
    tip.addEventListener("mouseleave", leave);
    for (const link of links) {
      link.addEventListener("mouseenter", () => show(link));
      link.addEventListener("focus", () => show(link));
      link.addEventListener("mouseleave", leave);
      link.addEventListener("blur", hide);
    }
    document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  });

  // Commands
  async function copy(text, button) {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not copied: select it";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const command of document.querySelectorAll(".notebook-command")) {
      for (const word of command.querySelectorAll(".pre")) {  // a long path breaks at its folders
        word.replaceChildren(...word.textContent.split(/(?<=\/)/).flatMap((part) => [part, document.createElement("wbr")]));
      }
      const button = document.createElement("button");
      button.type = "button";
      button.className = "notebook-copy";
      button.textContent = "Copy";
      button.setAttribute("aria-label", `Copy ${command.textContent}`);
      button.addEventListener("click", () => copy(command.textContent, button));
      command.after(" ", button);
    }
  });

  // Print
  let before = null;
  window.addEventListener("beforeprint", () => {
    const root = document.documentElement;
    before = { theme: root.dataset.theme, closed: document.querySelectorAll("details:not(.answer, .setup, [open])") };
    root.dataset.theme = "light";
    for (const item of before.closed) item.open = true;
  });
  window.addEventListener("afterprint", () => {
    if (!before) return;
    document.documentElement.dataset.theme = before.theme;
    for (const item of before.closed) item.open = false;
    before = null;
  });
})();
