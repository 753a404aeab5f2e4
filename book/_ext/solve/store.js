/* Answers: kept in the browser by course version, unit and cell id; put into a notebook, and read back from one. */
window.solve = window.solve || {};
(() => {
  "use strict";
  const { solve } = window;
  const notebooks = {};
  const DRAWS = /\b(?:matplotlib|mpl_toolkits|pylab)\b/;
  const LARGEST = 20e6; // characters of a notebook that is opened

  const key = (version, unit, cell) => `${solve.course.name}/${version}/${unit}/${cell}`;

  function parsed(text) {
    try {
      const record = JSON.parse(text);
      return typeof record?.source === "string" ? record : null;
    } catch {
      return null;
    }
  }

  /* Return what is kept of a cell, of this version of the course or else of the one it was last written in. */
  function read(unit, cell) {
    try {
      const own = parsed(localStorage.getItem(key(solve.course.version, unit, cell)));
      if (own) return own;
      const start = `${solve.course.name}/`, rest = `/${unit}/${cell}`;
      const others = Object.keys(localStorage)
        .filter((name) => name.startsWith(start) && name.endsWith(rest))
        .map((name) => parsed(localStorage.getItem(name))).filter(Boolean);
      others.sort((a, b) => (b.saved ?? 0) - (a.saved ?? 0));
      return others[0] ? { source: others[0].source } : null;
    } catch {
      return null; // a browser may refuse to keep anything
    }
  }

  /* Keep a cell's record and return whether the browser has done so. */
  function write(unit, cell, record) {
    try {
      localStorage.setItem(key(solve.course.version, unit, cell), JSON.stringify({ ...record, saved: Date.now() }));
      return true;
    } catch {
      return false;
    }
  }

  /* Notebooks */

  const source = (cell) => (Array.isArray(cell.source) ? cell.source.join("") : String(cell.source ?? ""));
  const lines = (text) => (text ? text.split(/(?<=\n)/) : []);
  const header = (cell) => cell.metadata?.nbgrader ?? {};
  const isAnswer = (cell) => header(cell).solution === true;
  const isCheck = (cell) => header(cell).grade === true && !isAnswer(cell);
  const isShown = (cell) => (cell.metadata?.tags ?? []).includes("show");

  solve.notebook = (unit, content) => { notebooks[unit] = content; };

  /* Return the notebook of a unit as it was handed out. */
  async function handedOut(unit) {
    if (!notebooks[unit]) await solve.script(`${solve.place}units/${unit}.js?${solve.course.version}`);
    return notebooks[unit];
  }

  /* Return [cell id, text as handed out] for each cell of a notebook that takes an answer. */
  const answersOf = (notebook) => notebook.cells.filter(isAnswer).map((cell) => [header(cell).grade_id, source(cell)]);

  /* Return the code of a unit, given cells and answers: all of it, or down to one cell; and which cells only show. */
  function cellsFor(notebook, unit, last) {
    const cells = [], shown = [];
    for (const cell of notebook.cells) {
      if (cell.cell_type !== "code" || isCheck(cell)) continue;
      const id = isAnswer(cell) ? header(cell).grade_id : cell.id;
      cells.push([id, (isAnswer(cell) && read(unit, id)?.source) || source(cell)]);
      if (isShown(cell)) shown.push(id);
      if (id === last) break;
    }
    return { cells, shown };
  }

  /* Tell whether cells that run draw something. */
  const draws = ({ cells, shown }) => cells.some(([id, text]) => !shown.includes(id) && DRAWS.test(text));

  /* Return the text of a unit's notebook with all answers that are kept here. */
  function filled(notebook, unit) {
    const copy = structuredClone(notebook);
    for (const cell of copy.cells.filter(isAnswer)) {
      const kept = read(unit, header(cell).grade_id);
      if (kept) cell.source = lines(kept.source);
    }
    return `${JSON.stringify(copy, null, 1)}\n`;
  }

  function download(notebook, unit) {
    const address = URL.createObjectURL(new Blob([filled(notebook, unit)], { type: "application/x-ipynb+json" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = `${unit}.ipynb`;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }

  /* Return cell id -> text for the answers of this unit in a notebook's text; throw a sentence if there are none. */
  function answersIn(text, notebook, unit) {
    let cells;
    try {
      cells = JSON.parse(text.slice(0, LARGEST)).cells;
      if (!Array.isArray(cells)) throw new Error();
    } catch {
      throw new Error("This file is no notebook: choose a file that ends in .ipynb.");
    }
    const wanted = new Set(answersOf(notebook).map(([id]) => id)), found = new Map();
    for (const cell of cells) {
      const id = header(cell ?? {}).grade_id ?? cell?.id;
      if (wanted.has(id) && !found.has(id)) found.set(id, source(cell));
    }
    if (!found.size) throw new Error(`This is not the notebook of ${unit}: it has none of its exercises.`);
    return found;
  }

  /* Put the answers of a notebook's text in the place of those kept here; return [how many, a function that undoes it]. */
  function take(text, notebook, unit) {
    const found = answersIn(text, notebook, unit), before = new Map();
    for (const [id, stub] of answersOf(notebook)) {
      if (!found.has(id)) continue;
      before.set(id, read(unit, id) ?? { source: stub });
      if (!write(unit, id, { source: found.get(id) })) throw new Error("This browser keeps nothing for this page.");
    }
    return [found.size, () => { for (const [id, record] of before) write(unit, id, record); }];
  }

  solve.store = { read, write, handedOut, answersOf, cellsFor, draws, filled, download, take };
})();
