"""What axe-core finds wrong on a page."""

from axe_playwright_python.sync_playwright import Axe

SCRIPT = Axe().axe_script

# Most of axe-core's time goes into the contrast of words, and most words of a page are the many small pieces of its
# code. Of neighbours that look the same in all that contrast depends on, one is judged: the leftmost, which no frame
# that scrolls cuts off before the others. Formulas and pictures axe-core looks at, but does not judge.
PREPARE = """() => {
  const looks = ["color", "background-color", "background-image", "font-size", "font-weight", "opacity", "filter",
    "mix-blend-mode", "text-shadow", "-webkit-text-stroke-width", "-webkit-text-fill-color", "position", "z-index",
    "display", "visibility", "clip-path", "transform", "text-indent"];
  const groups = (nodes, key) => {
    const found = {};
    for (const node of nodes) (found[key(node)] ??= []).push(node);
    return Object.values(found).filter((group) => group.length > 1);
  };
  // axe-core leaves a word of one letter, and one of signs alone, undecided.
  const kind = (node) => [node.tagName, node.className, node.getAttribute("style"), node.textContent.trim().length > 1,
    /[\\p{L}\\p{N}]/u.test(node.textContent)].join();
  const look = (node) => {
    const style = getComputedStyle(node);
    return looks.map((name) => style.getPropertyValue(name)).join();
  };
  for (const node of document.querySelectorAll("[data-alike]")) node.removeAttribute("data-alike");
  const alike = [];
  for (const parent of document.body.querySelectorAll("*:not(svg, svg *, mjx-container, mjx-container *)")) {
    const leaves = [...parent.children].filter((node) => !node.childElementCount && !node.shadowRoot);
    for (const group of groups(leaves, kind))
      for (const same of groups(group, look)) {
        const ends = same.map((node) => node.getBoundingClientRect().right);
        const first = ends.indexOf(Math.min(...ends));
        alike.push(...same.filter((node, place) => place !== first));
      }
  }
  for (const node of alike) node.setAttribute("data-alike", "");
  axe.configure({rules: [{id: "color-contrast", selector: "*:not([data-alike], svg *, mjx-container *)"}]});
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
