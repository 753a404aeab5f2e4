/* What the explorables share: controls, read-out numbers, a play button, and how one is started. */
window.explorables = (() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  let count = 0;

  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children);
    return element;
  }
  const make = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
  const svg = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

  /* Numbers as in the book: a real minus, powers of ten in superscript. */
  const raise = (digits) => [...String(digits)].map((c) => (c === "-" ? "\u207b" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c])).join("");
  function format(value, digits = 4) {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value < 0 ? "\u2212∞" : "∞";
    const size = Math.abs(value);
    if (size === 0) return "0";
    if (size >= 1e6 || size < 1e-4) {
      const [mantissa, power] = value.toExponential(Math.min(digits - 1, 2)).split("e");
      return `${mantissa.replace("-", "\u2212")}·10${raise(Number(power))}`;
    }
    const decimals = digits - 1 - Math.floor(Math.log10(size));
    return value.toFixed(Math.min(Math.max(0, decimals), 20)).replace("-", "\u2212");
  }

  const paint = (role) => `var(--${role})`;

  /* Controls: native elements, so that keyboard, touch and screen readers work by themselves. */
  function slider({ label, min, max, step = 1, value, text = String, change, role }) {
    const id = `explorable-slider-${++count}`;  // an output inside a label would take the label's name for itself
    const shown = make("output"), input = make("input", { id, type: "range", min, max, step, value });
    const show = () => { shown.textContent = text(input.valueAsNumber); input.setAttribute("aria-valuetext", shown.textContent); };
    input.addEventListener("input", () => { show(); change(input.valueAsNumber); });
    show();
    return { element: make("label", { class: "explorable-slider", for: id, style: role && `--tone:${paint(role)}` }, make("span", {}, label), shown, input), input,
      get value() { return input.valueAsNumber; }, set(next) { input.value = next; show(); }, say(words) { shown.textContent = words; input.setAttribute("aria-valuetext", words); } };
  }
  const button = (words, action, extra = {}) => make("button", { type: "button", class: "explorable-button", onclick: action, ...extra }, words);
  function choice(label, options, value, change) {
    const name = `choice-${++count}`;
    return make("fieldset", { class: "explorable-choice" }, make("legend", {}, label), ...options.map(([option, words]) =>
      make("label", {}, make("input", { type: "radio", name, value: option, checked: option === value, onchange: () => change(option) }), make("span", {}, words))));
  }
  const check = (words, value, change, role = "ink") => make("label", { class: "explorable-check", style: `--tone:${paint(role)}` },
    make("input", { type: "checkbox", checked: value, onchange: (event) => change(event.target.checked) }), make("span", {}, words));
  /* The width of a plot that stands alone: its letters must not shrink on a phone. */
  const wide = () => Math.min(700, Math.max(320, innerWidth - 60));
  const row = (...parts) => make("div", { class: "explorable-row" }, ...parts);
  const plots = (...parts) => make("div", { class: parts.length === 3 ? "explorable-plots thirds" : "explorable-plots" }, ...parts.map((part) => part.element));

  /* Numbers below the picture; what they say is announced once they rest. */
  function readout() {
    const list = make("dl"), quiet = make("p", { class: "explorable-spoken", "aria-live": "polite" });
    let waiting;
    return { element: make("div", { class: "explorable-facts" }, list, quiet), show(facts, sentence) {
      list.replaceChildren(...facts.map(([name, value, role = "ink"]) => make("div", {}, make("dt", {}, name),
        make("dd", { "data-fact": name, style: `color:var(--${role}-text)` }, value))));
      clearTimeout(waiting);
      waiting = setTimeout(() => { quiet.textContent = sentence || facts.map(([name, value]) => `${name}: ${value}`).join(", "); }, 700);
    } };
  }

  /* A button that plays: `frame` returns whether there is more. Where motion is unwelcome a press makes one `leap`.
     `begin` is called before either; `every` is the time between frames in milliseconds. */
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  function player(words, frame, leap, { begin = () => {}, every = 0 } = {}) {
    let running = false, last = 0;
    const stop = () => { running = false; element.textContent = words; };
    const next = (now) => {
      if (!running) return;
      if (now - last < every) return void requestAnimationFrame(next);
      last = now;
      if (frame()) requestAnimationFrame(next); else stop();
    };
    const element = button(words, () => {
      if (running) return stop();
      begin();
      if (calm.matches) return leap();
      [running, last] = [true, -Infinity];
      element.textContent = "Pause";
      next(performance.now());
    });
    return { element, stop };
  }
  const onTheme = (action) => new MutationObserver(action).observe(document.documentElement, { attributeFilter: ["data-theme"] });

  /* Starts `build(stage, data, box)` for each explorable of the page that names this script. */
  function start(script, build) {
    for (const box of document.querySelectorAll(`.explorable[data-script="${script}"]`)) {
      const live = box.querySelector(".explorable-live"), stage = make("div", { class: "explorable-stage" });
      const data = box.querySelector('script[type="application/json"]');
      build(stage, data && JSON.parse(data.textContent), box);
      live.append(stage);
      live.hidden = false;
      box.classList.add("is-live");
    }
  }
  return { button, calm, check, choice, fill, format, make, onTheme, paint, player, plots, raise, readout, row, slider, start, svg, wide };
})();
