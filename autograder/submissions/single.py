"""One student's files, however they were packed: which of them is the notebook of a unit."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from autograder.course.text import one_line
from autograder.submissions import others
from autograder.submissions.choosing import Candidate, choose
from autograder.submissions.files import Rejected
from autograder.submissions.layouts import Place, rank
from autograder.submissions.names import unit_of
from autograder.submissions.sources import File, folder_files, with_members


def notebook_in(folder: Path, unit: str, units: Collection[str]) -> File:
    """Return the notebook of a unit among one student's files: at the top, deeper, in a zip or a whole repository.

    Raises Rejected where there is none, or several and none stands where the course puts it.
    """
    files = [inner for file in folder_files(folder) for inner in with_members(file)]
    seen = [file for file in files if not others.is_of_a_system(file.path) and not others.is_hidden(file.path)]
    around = common_folder([file.name for file in seen], units)
    is_course = any((file.inner or file.name.removeprefix(around)).startswith("exercises/") for file in seen)
    found = []
    for file in seen:
        below = file.inner or file.name.removeprefix(around)
        if not file.is_notebook or file.problem or file.empty or (is_course and others.is_of_the_repository(below)):
            continue
        try:
            if unit_of(below, units, [unit]) == unit:
                found.append(Candidate(file, "", Place("", "", "", "", unit, (), rank(below, unit))))
        except ValueError:
            continue  # it says that it is of another unit, or of several
    chosen = choose(found) if found else None
    if chosen:
        return chosen.file
    names = ", ".join(one_line(file.path, 40) for file in seen[:5]) or "nothing"
    if found:
        raise Rejected("which-notebook", f"There are {len(found)} notebooks for {unit} (saw {names}). Submit one, "
                                         f"called {unit}.ipynb.")
    problems = "".join(f" {one_line(file.path, 60)}: {file.problem}." for file in seen if file.problem)
    raise Rejected("no-notebook", f"No {unit}.ipynb found (saw {names}).{problems} Submit that notebook.")


def common_folder(names: list[str], units: Collection[str]) -> str:
    """Return the folders that are around everything, as "NAME/NAME/" or "", above those of the course."""
    around = ""
    while True:
        tops = {name.removeprefix(around).partition("/")[0] for name in names}
        top = tops.pop() if len(tops) == 1 else ""
        if not top or top in units or top == "exercises" or f"{around}{top}" in names:
            return around
        around += f"{top}/"
