"""Checks, sandbox and batch grader of the course Neural networks from first principles."""

__version__ = "1.0.0"


def check(exercise: str = "") -> float:
    """Check one exercise of the running notebook, or all of them; show what is right, return the earned points."""
    from autograder.kernel import check_exercise  # pytest and the rest load with the first check, not before

    return check_exercise(exercise)


def progress() -> float:
    """Show a picture of all units as saved, return the share of exercises that are done (0 to 1)."""
    from autograder.desk.picture import show_progress

    return show_progress()
