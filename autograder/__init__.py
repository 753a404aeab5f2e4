"""Checks, sandbox and batch grader of a course; its content stands in units/, its settings in course.toml."""

import sys


def check(exercise: str = "") -> float:
    """Check one exercise of the running notebook, or all of them; show what is right, return the earned points."""
    from autograder.desk.kernel import check_exercise  # with pytest and the rest, which no command of the desk needs

    return check_exercise(exercise)


def progress() -> None:
    """Show a picture of all units as saved."""
    from autograder.desk.picture import show_progress

    show_progress()


def hint(exercise: str = "") -> None:
    """Show a hint for one exercise of the running notebook, and one more each time; of the last failure if unnamed."""
    from autograder.desk.kernel import give_hint

    give_hint(exercise)


if "ipykernel" in sys.modules:  # a notebook: the first check must not wait for imports
    import autograder.desk.kernel  # noqa: F401
