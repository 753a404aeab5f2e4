"""Says how long a page takes to read, from what is on it.

Words are read at the pace of careful prose: Brysbaert (2019) finds 238 a minute for plain English, which this is not.
Code, formulas and pictures want to be looked at, predictions to be thought about, live pictures to be played with.
"""

from docutils import nodes

WORDS_A_MINUTE = 180
MINUTES = {"code": 1 / 3, "formula": 1 / 4, "output": 1 / 3, "predict": 2 / 3, "explorable": 1}
SKIPPED = (nodes.literal_block, nodes.math_block, nodes.raw, nodes.table, nodes.comment)


def words_of(node):
    """Return how many words of running text a node holds: no code, formulas, pictures or tables."""
    if isinstance(node, SKIPPED):
        return 0
    if isinstance(node, nodes.Text):
        return len(node.split())
    return sum(words_of(child) for child in node.children)


def kind_of(node):
    """Return which of MINUTES a node costs, or None."""
    classes = node.get("classes", ()) if isinstance(node, nodes.Element) else ()
    if isinstance(node, nodes.math_block):
        return "formula"
    if "cell_input" in classes:
        return "code"
    if "cell" in classes:
        shows_code = any("cell_input" in child.get("classes", ()) for child in node.children)
        return None if shows_code or not node.children else "output"
    if "predict" in classes:
        return "predict"
    return "explorable" if node.tagname == "explorable" else None


def minutes_of(doctree):
    """Return how many minutes a page takes to read, at least one."""
    kinds = [kind_of(node) for node in doctree.findall(nodes.Element)]
    looking = sum(MINUTES[kind] for kind in kinds if kind)
    return max(1, round(words_of(doctree) / WORDS_A_MINUTE + looking))


def note_reading_time(app, doctree):
    """Write the reading time into the opening card of a chapter, or below the title of a guide or summary."""
    count = minutes_of(doctree)
    minutes = f"{count} minute{'s' * (count > 1)} to read"
    facts = [node for node in doctree.findall(nodes.paragraph) if "opening-facts" in node["classes"]]
    if facts:
        facts[0].insert(0, nodes.inline(minutes, minutes, classes=["fact"]))
    elif app.env.docname.startswith(("guide_", "summary_", "history_")):
        title = next(doctree.findall(nodes.title))
        line = nodes.paragraph(minutes, minutes, classes=["reading-time"])
        title.parent.insert(title.parent.index(title) + 1, line)


def setup(app):
    app.connect("doctree-read", note_reading_time)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
