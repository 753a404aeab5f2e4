"""The rule over imports: which modules are left out, and which answers need one."""

import ast

import pytest

from autograder.checking.cells import Cells, is_allowed, needed_modules
from autograder.checking.left_out import file_calls, forewarnings, left_out_modules, rule
from autograder.checking.plain import plain

PACKAGES = ("numpy", "matplotlib")


@pytest.mark.parametrize(("module", "allowed"), [
    ("numpy.linalg", True), ("math", True), ("pylab", True), ("scipy.special", False), ("helpers", False),
    ("tkinter", False), ("worker", False),
])
def test_a_cell_may_import_the_standard_library_and_what_the_course_names(module, allowed):
    assert is_allowed(module, PACKAGES) is allowed
    assert is_allowed(module, (*PACKAGES, module.partition(".")[0]))


def test_the_rule_is_said_with_the_names_of_the_packages():
    assert rule(PACKAGES) == "this course is solved with numpy alone"
    assert rule(("numpy", "scipy")) == "this course is solved with numpy and scipy alone"


@pytest.mark.parametrize(("cells", "module"), [
    (["from scipy.linalg import norm\ndef f(): return norm(1)"], "scipy"),
    (["from scipy.linalg import norm", "def norm(v): return v\ndef f(): return norm(1)"], ""),
    (["def f():\n    import torch\n    return torch"], "torch"),
    (["import torch\ndef g(): return torch", "def f(): return g()"], "torch"),
    (["import torch\ndef g(): return torch", "def f(g): return g()"], ""),
    (["try:\n    from scipy.special import expit\nexcept ImportError:\n    expit = abs\ndef f(): return expit(1)"], ""),
    (["from scipy.special import *\ndef f(x): return expit(len(x))"], "scipy"),
    (["from scipy.special import *\ndef f(x): return len(x)"], ""),
    (["import torch\nclass C: pass\nC.go = torch.relu\ndef f(): return C().go()"], "torch"),
    (["m = __import__('scipy')\ndef f(): return m"], "scipy"),
    (["def f(:", "def f(): return 1", "import scipy"], ""),
    (["import torch as t", "squares = [t * t for t in range(3)]", "def f(): return t"], "torch"),
])
def test_an_answer_needs_what_its_names_lead_to(cells, module):
    assert needed_modules(cells, ["f"], PACKAGES).get("f", "") == module


def test_a_cell_that_stays_as_it_is_is_read_once(monkeypatch):
    read = []
    parse = ast.parse
    monkeypatch.setattr(ast, "parse", lambda source: read.append(source) or parse(source))
    for last in ("sse = 'first'", "sse = 'second'"):
        assert needed_modules(["import numpy as once_read", last], ["sse"], ["numpy"]) == {}
    assert read == ["import numpy as once_read", "sse = 'first'", "sse = 'second'"]


def test_a_cell_that_stays_as_it_is_is_compiled_once():
    def answer(value):
        namespace = {}
        cells = Cells(namespace, PACKAGES, lambda module: f"no {module}")
        cells.run("def given():\n    return earlier + 1", "<given>")
        cells.run(f"earlier = {value}", "<answer>")
        return namespace["given"]

    first, second = answer(1), answer(2)
    assert (first(), second()) == (2, 3)
    assert first.__code__ is second.__code__


def test_a_cell_is_compiled_anew_for_another_file_or_rule():
    def run(file, *earlier):
        cells = Cells({}, PACKAGES, lambda module: f"no {module}")
        for source in (*earlier, "def f(x: unknown):\n    pass"):
            cells.run(source, file)
        return cells.namespace["f"]

    with pytest.raises(NameError, match="unknown"):
        run("<one>")
    assert run("<one>", "from __future__ import annotations").__annotations__ == {"x": "unknown"}
    assert run("<two>", "from __future__ import annotations").__code__.co_filename == "<two>"


def test_a_left_out_import_leaves_the_rest_of_the_cell_and_binds_its_names():
    namespace = {}
    cells = Cells(namespace, PACKAGES, lambda module: f"no {module}")
    cells.run("import seaborn as sns, math\nfrom google.colab import drive\nhalf = math.pi / 2", "<cell one>")
    assert namespace["sns"] == "no seaborn" and namespace["drive"] == "no google.colab" and namespace["half"] > 1.5
    assert cells.left_out == {"<cell one>": ["seaborn", "google.colab"]}
    assert left_out_modules(["import seaborn", "if 1:\n    import torch"], PACKAGES) == ["seaborn"]


@pytest.mark.parametrize("call", [
    "open('log.txt', 'a')", "np.save('e.npy', e)", "np.savetxt('e.txt', e)", "Path('a').write_text('b')",
    "e.tofile('e')", "open('data.csv')", "np.loadtxt('data.csv')", "os.makedirs('results')", "Path('a').open('w')",
])
def test_a_call_that_needs_a_file_is_told_beforehand(call):
    cells = ["import numpy as np", f"def f(e):\n    x = {call}\n    return x, {call}"]
    assert file_calls(cells) == [call]
    assert forewarnings(cells, PACKAGES) == [
        f"When your work is graded, no file can be written, and none of your own is there: `{call}` stops with an "
        "error then."]


@pytest.mark.parametrize("source", [
    "def f(:\n    open('a')", "try:\n    f = open('a', 'w')\nexcept OSError:\n    f = None", "plt.savefig('a.png')",
    "buffer = io.BytesIO()\nnp.save(buffer, e)", "model.save('a')", "door.open()", "# open('a')", "x = 'open(1)'",
])
def test_what_needs_no_file_is_left_alone(source):
    assert file_calls([source]) == []


def test_a_future_import_holds_for_later_cells():
    cell = "def f(x: Nowhere): pass\nfound = f.__annotations__"
    cells = Cells({}, PACKAGES, str)
    cells.run("from __future__ import annotations", "<cell one>")
    cells.run(cell, "<cell two>")
    assert cells.namespace["found"] == {"x": "Nowhere"}
    with pytest.raises(NameError):
        Cells({}, PACKAGES, str).run(cell, "<cell two>")


def test_a_value_of_a_derived_type_is_the_plain_one():
    import collections

    import numpy as np

    pair = collections.namedtuple("Pair", "a b")(1, 2)
    text = np.array(["sign"])[0]
    for value, kind in [(pair, tuple), (text, str), (collections.OrderedDict(a=1), dict), (True, bool),
                        (np.float64(1), np.float64), (np.ones(2), np.ndarray)]:
        assert type(plain(value)) is kind and np.all(plain(value) == value)
