/* The worker's table, made anew from the elements and attributes that a table of checks has; of all else the text. */
window.solve = window.solve || {};
(() => {
  "use strict";
  const { solve } = window;
  const LARGEST = 500_000;
  const TAGS = new Set(["DIV", "P", "B", "SPAN", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "PRE", "A", "CODE"]);
  const DROPPED = new Set(["STYLE", "SCRIPT", "TEMPLATE", "IFRAME", "OBJECT", "SVG", "MATH"]);
  const PAGE = /^(?:\.\.\/\.\.\/book\/)?([a-z0-9_]+\.html(?:#[\w-]+)?)$/;
  const SIGNS = new Map([["passed", "passed"], ["failed", "failed"], ["counts when graded", "counts when graded"]]);
  const TURNING = /[\u202a-\u202e\u2066-\u2069]/g; // letters that turn the direction of others
  solve.plain = (text) => String(text).replace(TURNING, "");

  function link(element, made) {
    const page = PAGE.exec(element.getAttribute("href") ?? "");
    if (page) made.setAttribute("href", page[1]);
  }

  function attributes(element, made) {
    const classes = [...element.classList].filter((name) => /^check-[a-z]+$/.test(name));
    if (classes.length) made.className = classes.join(" ");
    const sign = SIGNS.get(element.getAttribute("aria-label"));
    if (sign && element.tagName === "SPAN") {
      made.setAttribute("role", "img");
      made.setAttribute("aria-label", sign);
    }
    if (element.tagName === "TH") made.setAttribute("scope", element.getAttribute("scope") === "row" ? "row" : "col");
    if (/^[2-6]$/.test(element.getAttribute("colspan") ?? "")) made.setAttribute("colspan", element.getAttribute("colspan"));
    if (element.tagName === "A") link(element, made);
  }

  function copy(from, into) {
    for (const node of from.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) into.append(solve.plain(node.data));
      if (node.nodeType !== Node.ELEMENT_NODE || DROPPED.has(node.tagName.toUpperCase())) continue;
      let target = into;
      if (TAGS.has(node.tagName)) {
        target = document.createElement(node.tagName);
        attributes(node, target);
        into.append(target);
      }
      copy(node, target);
    }
  }

  /* Return the elements of a table of checks. text: HTML that nobody trusts. */
  solve.table = (text) => {
    const made = document.createDocumentFragment();
    copy(new DOMParser().parseFromString(text.slice(0, LARGEST), "text/html").body, made);
    for (const box of made.querySelectorAll(".check-scroll")) box.tabIndex = 0; // to be scrolled by keyboard
    return made;
  };

  /* Return a picture, as an image: what is in it can neither run nor load anything. */
  solve.picture = ({ svg, words }) => {
    const made = new Image();
    made.className = "solve-picture";
    made.alt = solve.plain(words);
    made.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    return made;
  };

  /* Return a paragraph whose "(page.html#section)" at the end is a link. */
  solve.sentence = (text, tag = "p") => {
    const made = document.createElement(tag);
    const found = /^(.*) \(([^()]*)\)$/s.exec(text), page = found && PAGE.exec(found[2]);
    if (!page) {
      made.textContent = solve.plain(text);
      return made;
    }
    const [start, name] = found[1].startsWith("Read: ") ? ["Read: ", found[1].slice(6)] : ["", found[1]];
    const element = Object.assign(document.createElement("a"), { href: page[1], textContent: solve.plain(name) });
    made.append(start, element);
    return made;
  };
})();
