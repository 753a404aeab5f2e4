"""A check in a notebook judges what the cells say now, not what is left of an earlier run."""

import json
import linecache
import sys
from types import SimpleNamespace

import pytest
from running import run_code

from autograder.checking.local import LocalStudent
from autograder.course.verdicts import StudentError
from autograder.desk import history

# Runs cells in IPython, each followed by what `check` says of `forward`; a dict is a notebook that is saved.
SCRIPT = """
import contextlib, io, json, os, pathlib, sys, IPython
shell, said = IPython.InteractiveShell.instance(), []
from autograder.desk.kernel import check_namespace
for cell in json.loads(sys.argv[1]):
    if isinstance(cell, dict):
        path = pathlib.Path("u01_perceptron.ipynb")
        path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": cell["saved"]}]}))
        os.utime(path, (2**32, 2**32))  # long after the last run
    else:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            shell.run_cell(cell, store_history=True)
    table = check_namespace("forward", shell.user_ns)
    said.append([table.note] + [result.message for result in table.results if not result.hidden and not result.passed])
print(json.dumps(said))
"""
RIGHT = "import numpy as np\ndef forward(W, x, b):\n    return W @ x + b"
STUB = ('def forward(W, x, b):\n    """Return the output u = W x + b of a linear layer."""\n'
        '    raise NotImplementedError("forward")')


def told(tmp_path, *cells):
    """Return what the last check says: its note, and the message of each failed check."""
    done = run_code(SCRIPT, json.dumps(cells), cwd=tmp_path, environment={"IPYTHONDIR": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])[-1]


def test_a_right_answer_passes(tmp_path):
    assert told(tmp_path, RIGHT)[1:] == []


@pytest.mark.parametrize("before", [RIGHT, STUB])
def test_a_cell_that_is_no_python_is_named_with_its_line(tmp_path, before):
    _, message, *_ = told(tmp_path, before, "def forward(W, x, b):\n    return W @ x +")
    assert message.startswith("The cell of `forward` has a syntax error in line 2: `return W @ x +`")


@pytest.mark.parametrize("before", [RIGHT, STUB])
def test_a_renamed_answer_is_named(tmp_path, before):
    _, message, *_ = told(tmp_path, before, before.replace("def forward", "def forwards"))
    assert "defines `forwards` now. Call it `forward` again" in message


def test_a_renamed_answer_is_named_also_after_one_that_was_no_python(tmp_path):
    _, message, *_ = told(tmp_path, RIGHT, RIGHT + " +", RIGHT.replace("def forward", "def forwards"))
    assert "defines `forwards` now. Call it `forward` again" in message


def test_a_cell_that_stops_before_the_definition_is_named(tmp_path):
    _, message, *_ = told(tmp_path, RIGHT, "1 / 0\ndef forward(W, x, b):\n    return 0")
    assert message.startswith("The cell of `forward` stopped with an error before")
    assert told(tmp_path, RIGHT, RIGHT + "\n1 / 0")[1:] == []


def test_an_edit_that_is_saved_and_not_run_is_named(tmp_path):
    _, message, *_ = told(tmp_path, RIGHT, {"saved": RIGHT.replace("+ b", "- b")})
    assert message == "You have changed the cell of `forward` since it was last run. Run it, then check again."
    assert told(tmp_path, RIGHT, {"saved": RIGHT + "\n\n"})[1:] == []


def test_an_answer_that_needs_another_package_is_refused_until_it_is_written_anew(tmp_path):
    cells = ["from fractions import Fraction\nfrom scipy.linalg import norm",
             RIGHT + "\nforward.of = norm", RIGHT]
    note, message, *_ = told(tmp_path, *cells[:2])
    assert "`forward` uses scipy, but this course is solved with numpy alone" in message
    assert note.endswith("The import of scipy.linalg is left out when your work is graded: this course is solved "
                         "with numpy alone.")
    assert told(tmp_path, *cells)[1:] == []


def test_an_answer_that_writes_a_file_is_told_beforehand(tmp_path):
    note, *_ = told(tmp_path, RIGHT.replace("    return", "    np.save('x.npy', x)\n    return"))
    assert note.endswith("no file can be written, and none of your own is there: `np.save('x.npy', x)` stops with an "
                         "error then.")
    note, *messages = told(tmp_path, RIGHT.replace("    return", "    np.save('x.npy', x)\n    return"), RIGHT)
    assert "np.save" not in note
    assert messages == []


def test_a_name_that_another_cell_defines_is_pointed_to(tmp_path):
    _, message, *_ = told(tmp_path, RIGHT.replace("W @ x + b", "sse(W, x)"))
    assert message.endswith("Another cell of this notebook defines `sse`: run that one, then check again.")


WAITING = """
import sys, IPython
shell = IPython.InteractiveShell.instance()
from autograder.desk import history
history.PATIENT_SECONDS = 0.2
history.history_of(shell.user_ns)
for cell in ("import time", "time.sleep(1.5)", "1 + 1"):
    shell.run_cell(cell, store_history=True)
"""


def test_a_cell_that_goes_on_says_how_to_stop_it_and_a_short_one_says_nothing(tmp_path):
    done = run_code(WAITING, cwd=tmp_path, environment={"IPYTHONDIR": str(tmp_path)})
    assert done.stdout.count("Still running after 0.2 s. To stop it, press the square") == 1, done.stdout + done.stderr


def test_a_cell_runs_where_python_has_no_threads(monkeypatch):
    def refuse(timer):
        raise RuntimeError("can't start new thread")

    shell = SimpleNamespace(events=SimpleNamespace(register=lambda name, call: None))
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setattr(history.Timer, "start", refuse)
    cells = history.History(shell)
    cells.begin(SimpleNamespace(cell_id="one"))
    cells.end(SimpleNamespace(execution_count=1, error_in_exec=None))
    assert cells.ended[1][0] == "one"


def test_an_interrupted_call_names_the_loop_that_it_was_in():
    source = ("def train(x):\n    while x > 0:\n        for k in range(3):\n            if k == 2:\n"
              "                raise KeyboardInterrupt\n")
    linecache.cache["<cell train>"] = (len(source), None, source.splitlines(keepends=True), "<cell train>")
    namespace = {}
    exec(compile(source, "<cell train>", "exec"), namespace)
    with pytest.raises(StudentError) as caught:
        LocalStudent(namespace).train(1)
    assert caught.value.message == ("`train` was interrupted before it ended in line 5: `raise KeyboardInterrupt`, "
                                    "in the loop of line 2: `while x > 0`. Does every loop end?")


def test_an_answer_that_needs_what_a_cell_has_read_is_refused(tmp_path):
    reads = "import numpy as np\nnp.save('x.npy', 1.0)\nscale = np.load('x.npy')"
    _, message, *_ = told(tmp_path, reads, RIGHT.replace("W @ x", "scale * (W @ x)"))
    assert message.startswith("`forward` needs a cell that stops at `np.save('x.npy', 1.0)`.")
    assert told(tmp_path, reads, RIGHT)[1:] == []


def test_an_answer_may_need_what_a_cell_keeps_in_memory_as_a_file_would(tmp_path):
    keeps = "import io\nimport numpy as np\nbuffer = io.BytesIO()\nnp.save(buffer, 1.0)\nscale = 1.0"
    assert told(tmp_path, keeps, RIGHT.replace("W @ x", "scale * (W @ x)"))[1:] == []
