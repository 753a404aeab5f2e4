/* Steps through the circuits of a figure: values forward, node by node, then gradients backward. */
(() => {
  "use strict";
  const { button, make, row, slider, start } = window.explorables;

  /* What each kind of node does with values, and with gradients. */
  const RULES = {
    "+": ["adds what comes in", "passes the gradient on, unchanged, to each input"],
    "\u2212": ["subtracts", "passes the gradient on, with a minus to what was subtracted"],
    "×": ["multiplies", "swaps: each input receives the gradient times the other input"],
    "( )²": ["squares", "multiplies the gradient by twice its input"],
    branch: ["copies its input", "adds up the gradients that come back"],
    Repeat: ["repeats its row, once for each example", "adds up the rows of the gradient"],
    Sum: ["adds up the rows", "repeats the gradient for each row"],
    MatMul: ["multiplies x by W", "sends each input the gradient times the other input, in the order in which the shapes fit"],
  };

  function read(picture) {
    const nodes = new Map([...picture.querySelectorAll("g.node")].map((group) =>
      [group.dataset.node, { name: group.dataset.node, group, words: group.textContent.trim(), in: [], out: [] }]));
    const edges = [...picture.querySelectorAll("g.edge")].map((group) => {
      const edge = { group, from: nodes.get(group.dataset.source), to: nodes.get(group.dataset.target) };
      for (const way of ["forward", "backward"]) edge[way] = group.querySelector(`g.${way}`);
      edge.from.out.push(edge);
      edge.to.in.push(edge);
      return edge;
    });
    return { nodes: [...nodes.values()].filter((node) => node.in.length + node.out.length), edges };
  }

  /* The nodes of each separate circuit, every node after all that it needs. */
  function circuits({ nodes, edges }) {
    const group = new Map(nodes.map((node, k) => [node, k]));
    for (let pass = 0; pass < nodes.length; pass++) {
      for (const { from, to } of edges) {
        const least = Math.min(group.get(from), group.get(to));
        group.set(from, least).set(to, least);
      }
    }
    return [...new Set(group.values())].map((k) => {
      const waiting = nodes.filter((node) => group.get(node) === k), order = [];
      while (waiting.length) {
        const next = waiting.findIndex((node) => node.in.every((edge) => order.includes(edge.from)));
        order.push(...waiting.splice(next, 1));
      }
      return order;
    });
  }

  const value = (label) => (label ? [...label.querySelectorAll("tspan")].map((line) => line.textContent).join(" ").replace("\u2190 ", "") : "");
  const list = (edges, way, name) => edges.filter((edge) => edge[way]).map((edge) => `${name(edge)} ${value(edge[way])}`.trim()).join(" and ");

  function script(circuit) {
    const acts = circuit.filter((node) => node.in.length && node.out.length);
    const sources = circuit.filter((node) => !node.in.length), ends = circuit.filter((node) => !node.out.length);
    const rule = (node) => RULES[node.words] || ["computes", "multiplies the gradient by its slope"];
    const flat = (lists) => lists.flat();
    const step = (nodes, edges, way, words) => ({ nodes, edges, way, words });
    const given = flat(sources.map((node) => node.out));
    return [
      step(sources, given, "forward", `Forward. Given: ${list(given, "forward", (edge) => `${edge.from.words} =`)}.`),
      ...acts.map((node) => step([node], node.out, "forward",
        `Forward. ${node.words} ${rule(node)[0]}: ${list(node.in, "forward", () => "")} in, ${list(node.out, "forward", () => "")} out.`)),
      step(ends, flat(ends.map((node) => node.in)), "backward",
        `Backward. From the end comes the gradient ${list(flat(ends.map((node) => node.in)), "backward", () => "")}.`),
      ...acts.reverse().map((node) => step([node], node.in, "backward",
        `Backward. ${node.words} ${rule(node)[1]}: ${list(node.in, "backward", (edge) => `${edge.from.words} receives`)}.`)),
    ];
  }

  start("graph", (stage, _, box) => {
    const picture = box.querySelector(".explorable-static svg"), graph = read(picture);
    const steps = circuits(graph).flatMap(script), all = steps.length;
    const say = make("p", { class: "explorable-say", "aria-live": "polite" });
    const where = slider({ label: "step", min: 0, max: all, value: 0, text: (k) => `${k} of ${all}`, change: show });
    const go = (k) => { where.set(Math.min(Math.max(k, 0), all)); show(where.value); };
    const back = button("Back", () => go(where.value - 1)), next = button("Next", () => go(where.value + 1));
    stage.append(say, row(button("Start", () => go(0)), back, next, button("Show all", () => go(all)), where.element));

    function show(k) {
      const done = steps.slice(0, k), now = k < all || k === 0 ? steps[k - 1] : null;
      const seen = (edge, way) => k === all || done.some((step) => step.way === way && step.edges.includes(edge));
      for (const edge of graph.edges) {
        for (const way of ["forward", "backward"]) {
          if (!edge[way]) continue;
          edge[way].classList.toggle("circuit-later", !seen(edge, way));
          edge[way].classList.toggle("circuit-now", Boolean(now && now.way === way && now.edges.includes(edge)));
        }
        for (const part of edge.group.querySelectorAll(":scope > line, :scope > polygon")) part.classList.toggle("circuit-wait", !seen(edge, "forward"));
      }
      for (const node of graph.nodes) {
        node.group.classList.toggle("circuit-now", Boolean(now && now.nodes.includes(node)));
        node.group.classList.toggle("circuit-wait", k < all && !done.some((step) => step.nodes.includes(node)));
      }
      say.textContent = k === 0 ? "Nothing has happened yet. What comes first? Say it, then press Next." : k === all ? `Everything is there: ${all} steps. Press Start, then Next.` : now.words;
      if (now) reveal(now.nodes[0]);
      back.disabled = k === 0;
      next.disabled = k === all;
    }
    /* On a narrow page the picture scrolls in its frame: bring what happens now into sight. */
    function reveal({ group }) {
      const frame = picture.parentElement, node = group.getBoundingClientRect(), view = frame.getBoundingClientRect();
      frame.scrollLeft += (node.left + node.right - view.left - view.right) / 2;
    }
    show(0);
  });
})();
