"""comments.toml in a class folder: comments and points for many students at once, which count as manual marks.

    [rubric]
    convex = "Say why a sum of squares has one minimum."

    [[comment]]                            # to everybody whose answer fails like this
    exercise = "UNIT/EXERCISE"
    group = "not summed"                   # as `autograder groups` names it
    text = "Sum over all outputs."
    adjust = 0.5                           # added to the points of the checks

    [[comment]]                            # to some, for an open question
    exercise = "UNIT/QUESTION"
    students = ["ada", "bob"]
    rubric = "convex"
    points = 1.5
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from autograder.course.verdicts import CourseError
from autograder.records.class_settings import NUMBER, require
from autograder.records.output import write

FILE = "comments.toml"
KEYS = {"exercise": str, "group": str, "students": list, "text": str, "rubric": str, "adjust": NUMBER, "points": NUMBER}


@dataclass(frozen=True)
class Said:
    """One block of comments.toml: what is said to a group or to some students about one exercise."""

    unit: str
    exercise: str
    group: str | None = None
    students: tuple[str, ...] = ()
    text: str = ""
    adjust: float = 0.0
    points: float | None = None

    def is_for(self, student: str, group: str | None) -> bool:
        """Return whether this is said to a student whose answer belongs to `group`."""
        return student in self.students or (self.group is not None and self.group == group)


@dataclass(frozen=True)
class Given:
    """What one student gets for one exercise: points in place of the checks', or an adjustment of them; a comment."""

    text: str = ""
    adjust: float = 0.0
    points: float | None = None

    def also(self, said: Said) -> Given:
        """Return this and what one more block gives: comments one below the other, adjustments added."""
        text = "\n\n".join(filter(None, (self.text, said.text)))
        return Given(text, self.adjust + said.adjust, self.points if said.points is None else said.points)

    def score(self, automatic: float, most: float) -> float | None:
        """Return the manual score, between 0 and `most`; None where no points are given."""
        if self.points is None and not self.adjust:
            return None
        return min(max((automatic if self.points is None else self.points) + self.adjust, 0.0), most)


def read_comments(folder: Path) -> list[Said]:
    """Return what comments.toml says, nothing where there is none. Raises CourseError with the place."""
    path = folder / FILE
    text, data = content(path)
    rubric = data.get("rubric", {})
    said = []
    for number, block in enumerate(data.get("comment", []), 1):
        where = f"{path}, comment {number}"
        if not isinstance(block, dict):
            raise CourseError("a comment is a block that begins with [[comment]].", where)
        require(block, KEYS, path, text)
        said.append(one_block(block, rubric, where))
    return said


def one_block(block: dict, rubric: dict[str, str], where: str) -> Said:
    """Return one block; raise CourseError where it says nothing, or to nobody."""
    unit, _, exercise = block.get("exercise", "").partition("/")
    if not unit or not exercise:
        raise CourseError("`exercise` must be UNIT/EXERCISE.", where)
    if "group" not in block and not block.get("students"):
        raise CourseError("name a `group` or `students`.", where)
    name = block.get("rubric")
    if name is not None and name not in rubric:
        raise CourseError(f"there is no comment {name!r} in [rubric].", where,
                          f"There are {', '.join(rubric) or 'none'}.")
    text = "\n\n".join(filter(None, (rubric.get(name, ""), block.get("text", ""))))
    if not text and "adjust" not in block and "points" not in block:
        raise CourseError("it says nothing: give a text, a rubric, points or adjust.", where)
    return Said(unit, exercise, block.get("group"), tuple(block.get("students", ())), text,
                float(block.get("adjust", 0.0)), block.get("points"))


def read_rubric(folder: Path) -> dict[str, str]:
    """Return the comments to be used often: name -> text. Raises CourseError with the place."""
    return content(folder / FILE)[1].get("rubric", {})


def content(path: Path) -> tuple[str, dict]:
    """Return the text of comments.toml and what it holds, with a sound rubric. Raises CourseError with the place."""
    if not path.exists():
        return "", {}
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CourseError(f"this is not TOML: {error}.", str(path)) from None
    require(data, {"comment": list, "rubric": dict}, path, text)
    rubric = data.get("rubric", {})
    require(rubric, dict.fromkeys(rubric, str), path, text)
    return text, data


def add(folder: Path, block: dict[str, object], rubric: bool = False) -> None:
    """Write one more block at the end of comments.toml, or a comment (name -> text) into its rubric.

    Raises CourseError, and leaves the file as it was, where the block says nothing sensible.
    """
    import tomlkit  # here: a run that only reads needs none of it

    text, data = content(folder / FILE)
    if rubric:
        document = tomlkit.parse(text)
        document.setdefault("rubric", tomlkit.table()).update(block)
        write(folder / FILE, tomlkit.dumps(document))
        return
    one_block(block, data.get("rubric", {}), str(folder / FILE))
    lines = [f"{key} = {tomlkit.item(value).as_string()}" for key, value in block.items()]
    write(folder / FILE, text + "\n[[comment]]\n" + "\n".join(lines) + "\n")
