"""Classes for tests of a batch: real answers, and no two notebooks alike."""

from running import COURSE, UNIT

from autograder.grading import sample_class


def write_class(folder, students):
    """Write a class of different notebooks, so that none is known from another; return the folder.

    Students with an odd number have everything right, the others a known mistake in `sse`.
    """
    unit = COURSE.unit(UNIT)
    right, wrong = sample_class.right_answers(COURSE, unit), sample_class.wrong_answers(unit)
    for number in range(students):
        answers = right if number % 2 else right | {"sse": wrong["sse"][number // 2 % len(wrong["sse"])]}
        answers = {name: f"{text}\n# {number}" for name, text in answers.items()}
        sample_class.write_notebook(folder / f"student{number:02}" / UNIT / f"{UNIT}.ipynb", unit, answers)
    return folder
