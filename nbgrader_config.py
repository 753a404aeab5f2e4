"""nbgrader in this folder: its own commands, with our stubs and our grading engine.

The sources are made from solutions/ by `autograder exercises`. What nbgrader writes (release, submitted, autograded,
feedback, gradebook.db) stands beside this file and is not committed. The folder that `autograder grade` writes has a
configuration of its own.
"""

from pathlib import Path

from autograder.grading.nbgrader_step import configure

c = get_config()  # noqa: F821 (nbgrader provides it)
here = str(Path(__file__).parent)
configure(c, root=here, course=here)
c.CourseDirectory.source_directory = "build/nbgrader/source"
