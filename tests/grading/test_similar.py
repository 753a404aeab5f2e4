"""`autograder similar`: this class over all units, and an earlier one."""

import contextlib
import csv

import pytest
from click.testing import CliRunner
from running import COURSE, UNIT, run_grade

from autograder.cli import main
from autograder.grading import sample_class

ODD = """def sse(y, t):
    accumulated = 0.0
    for position in range(len(y)):
        difference_here = y[position] - t[position]
        accumulated = accumulated + difference_here * difference_here
    return accumulated / 2.0
"""


def similar(*words):
    with contextlib.chdir(COURSE.root):
        return CliRunner().invoke(main, ["similar", *map(str, words)])


def rows(output):
    with (output / "report" / "similar.csv").open(encoding="utf-8") as file:
        return [(row["student"], row["other"], row["other_year"], row["unit"], row["exercise"], row["score"])
                for row in csv.DictReader(file)]


@pytest.mark.parametrize("graded_then", [False, True])
def test_a_copy_from_an_earlier_year_is_found_in_hand_ins_and_in_results(hand_in, right, unit, tmp_path, graded_then):
    hand_in("ada", right | {"sse": ODD})
    hand_in("bob", right)
    old = tmp_path / "2029" / "submitted"
    sample_class.write_notebook(old / "zoe" / UNIT / f"{UNIT}.ipynb", unit, right | {"sse": f"{ODD}# mine\n"})
    (old / "yan" / UNIT).mkdir(parents=True)
    (old / "yan" / UNIT / f"{UNIT}.ipynb").write_text("no notebook")
    output = tmp_path / "graded"
    assert run_grade(tmp_path / "submitted", output).returncode == 0
    assert "<code>autograder similar</code>" not in (output / "report" / "index.html").read_text()
    if graded_then:
        assert run_grade(old, tmp_path / "2029" / "graded").returncode == 1
        old = tmp_path / "2029" / "graded"
    done = similar(output)
    assert done.exit_code == 0 and "0 pairs of students" in done.stdout
    done = similar(output, "--earlier", old)
    assert f"2029/{old.name}: 1 hand-ins of the same units" in done.stdout and "1 pairs of students" in done.stdout
    assert {row[:4] for row in rows(output)} == {("ada", "zoe", f"2029/{old.name}", UNIT)}
    page = (output / "report" / "similar" / "001.html").read_text(encoding="utf-8")
    assert "difference_here" in page and "<mark>" in page
    hand_in("cleo", right | {"sse": ODD})
    assert run_grade(tmp_path / "submitted", output).returncode == 0
    assert 'href="similar.html"' in (output / "report" / "index.html").read_text()


def test_a_folder_that_was_never_graded_is_said_in_a_line(tmp_path):
    done = similar(tmp_path)
    assert done.exit_code == 2 and done.stderr.count("\n") == 1
