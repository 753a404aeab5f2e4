"""What axe-core finds wrong on a page."""

from axe_playwright_python.sync_playwright import Axe

SCRIPT = Axe().axe_script

# Most of axe-core's time goes into the contrast of words, and most words of a page look alike. Of those that agree in
# all that contrast depends on (how they and what they stand in look, and what else lies under or over them) the first
# is judged; one that sticks out of what it stands in always is. Formulas and pictures it looks at, but does not judge.
PREPARE = """() => {
  const looks = ["color", "background-color", "background-image", "font-size", "font-weight", "opacity", "filter",
    "mix-blend-mode", "text-shadow", "-webkit-text-stroke-width", "-webkit-text-fill-color", "position", "z-index",
    "display", "visibility", "clip-path", "transform", "text-indent"];
  const pictures = "img, svg, canvas, video, iframe, input, select, textarea, button";
  const numbers = new Map();
  const numberOf = (text) => numbers.get(text) ?? numbers.set(text, numbers.size).size - 1;
  const within = (one, room) => one.left >= room.left - 1 && one.right <= room.right + 1
    && one.top >= room.top - 1 && one.bottom <= room.bottom + 1;
  const apart = (one, other) => one.right <= other.left || one.left >= other.right
    || one.bottom <= other.top || one.top >= other.bottom;

  // What scrolls in a box lies on the ground of the box wherever it has been scrolled to.
  const scrolling = (style) => [style.overflowX, style.overflowY].some((way) => way === "auto" || way === "scroll");
  const content = (node, {left, top, width, height}) => new DOMRect(left - node.scrollLeft, top - node.scrollTop,
    Math.max(width, node.scrollWidth), Math.max(height, node.scrollHeight));
  const meet = (one, other) => {
    const left = Math.max(one.left, other.left), top = Math.max(one.top, other.top);
    return new DOMRect(left, top, Math.max(0, Math.min(one.right, other.right) - left),
      Math.max(0, Math.min(one.bottom, other.bottom) - top));
  };

  // Of each element, parents first: its box, its look and that of all it stands in, the box of the ground of that, the
  // window through which what it holds is seen, and whether all of it lies on that ground and in that window.
  const seen = new Map(), everywhere = new DOMRect(-1e6, -1e6, 2e6, 2e6);
  for (const node of document.body.querySelectorAll("*:not(svg *, mjx-container *)")) {
    const style = getComputedStyle(node), around = seen.get(node.parentElement), box = node.getBoundingClientRect();
    const own = numberOf(looks.map((name) => style.getPropertyValue(name)).join());
    const paints = style.backgroundColor !== "rgba(0, 0, 0, 0)" || style.backgroundImage !== "none";
    const clips = style.overflow !== "visible", window = around?.window ?? everywhere;
    const ground = around && !paints && !clips ? around.ground : scrolling(style) ? content(node, box) : box;
    const onGround = !around || (around.onGround && within(box, around.ground));
    seen.set(node, {box, own, ground, onGround, look: numberOf(`${around?.look} ${own}`),
      window: clips ? meet(box, window) : window, paints: paints || node.matches(pictures),
      inside: onGround && within(box, window)});
  }
  const painted = [...seen].filter(([, its]) => its.paints && its.box.width && its.box.height);
  const underOrOver = (node) => painted.filter(([other, its]) => !apart(its.box, seen.get(node).box)
    && !other.contains(node) && !node.contains(other)).map(([, its]) => its.own);

  // axe-core leaves a word of one letter, and one of signs alone, undecided.
  const kind = (node) => [node.tagName, node.className, node.getAttribute("style"), node.textContent.trim().length > 1,
    /[\\p{L}\\p{N}]/u.test(node.textContent)].join();
  const known = new Set();
  for (const [node, {box, look, inside}] of seen) {
    const words = [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
    const key = words && inside && [kind(node), look, !!box.width, underOrOver(node)].join(" | ");
    node.toggleAttribute("data-alike", key && known.has(key));
    known.add(key);
  }
  const judged = "*:not([data-alike], svg *, mjx-container *)";
  axe.configure({noHtml: true, rules: [{id: "color-contrast", selector: judged}]});
}"""


def violations(page, context=None, **options):
    """Return what axe-core finds wrong on a page, in its own words. context and options are those of axe.run."""
    if page.evaluate("!window.axe"):
        page.evaluate(SCRIPT)
    page.evaluate(PREPARE)
    options |= {"resultTypes": ["violations"], "preload": False}  # else it fetches the style sheets once more
    return page.evaluate("([context, options]) => axe.run(context, options).then((found) => found.violations)",
                         [context or {"exclude": []}, options])


def faults(page, context=None, **options):
    """Return what axe-core finds wrong on a page, one line each."""
    return [
        f"{item['id']} ({item['impact']}): {node['target']} {node.get('failureSummary', '').splitlines()[-1].strip()}"
        for item in violations(page, context, **options)
        for node in item["nodes"][:5]
    ]
