"""What a command leaves out of its imports, and that what it uses works without."""

import sys

from running import run_program

PROGRAM = """
import sys
from autograder.course.unneeded import leave_out
leave_out()
import jupytext, nbformat, nbgrader.api
notebook = jupytext.reads("# %%\\n1 + 1", "py:percent")
nbformat.validate(notebook)
print(notebook.cells[0].source, "jupyter_server" in sys.modules, "lark" in sys.modules, "arrow" in sys.modules)
"""


def test_a_command_reads_notebooks_and_gradebooks_without_jupyters_server_a_grammar_or_a_calendar():
    done = run_program(sys.executable, "-c", PROGRAM)
    assert (done.returncode, done.stdout) == (0, "1 + 1 False False False\n"), done.stderr
