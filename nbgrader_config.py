"""nbgrader in this course folder: its commands run here, with our stubs and our grading engine.

The folder that `autograder grade` writes has a configuration of its own, for formgrader, export and feedback.
"""

from pathlib import Path

from autograder.nbgrader_step import configure

c = get_config()  # noqa: F821 (nbgrader provides it)
configure(c, root=str(Path(__file__).parent / "build" / "nbgrader"), course=str(Path(__file__).parent))
