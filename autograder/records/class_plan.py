"""What a run changes in class.toml: the options that were given are written into it, and said."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.course.settings import place
from autograder.course.units import Course
from autograder.course.verdicts import CourseError
from autograder.records.class_settings import (
    FILE,
    PASSWORD_FILE,
    TEMPLATE,
    ClassSettings,
    in_utc,
    parse_class,
    read_class,
    split_password,
)
from autograder.records.output import write, write_private


@dataclass(frozen=True)
class Plan:
    """The settings of a run, the text that class.toml will have, and a line for each thing that options change.

    other_database: whether the options name another gradebook than before.
    """

    settings: ClassSettings
    text: str = ""
    password: str = ""
    changes: tuple[str, ...] = ()
    is_new: bool = False
    other_database: bool = False

    def keep(self) -> None:
        """Write class.toml and the password where they differ from what is there."""
        path = self.settings.folder / FILE
        if self.is_new or self.changes:
            write(path, self.text)
        if self.password:
            write_private(self.settings.folder / PASSWORD_FILE, self.password)


def plan(folder: Path, course: Course, options: dict[str, object], due: dict[str, datetime]) -> Plan:
    """Return what class.toml will say after this run: what it says now, and the options that were given.

    options: a key as in class.toml ("late.policy" for one in a table) -> value, None where it was not given.
    """
    import tomlkit  # here: students' commands need none of it

    path = folder / FILE
    is_new = not path.exists()
    read_class(folder)  # says which line is wrong; tomlkit would not
    text = TEMPLATE.replace("UNIT", next(iter(course.units))) if is_new else path.read_text(encoding="utf-8")
    document, changes = tomlkit.parse(text), []
    url, password = split_password(str(options.get("database") or ""))
    wanted = options | ({"database": url} if url else {})
    wanted |= {f"due.{unit}": time.replace(tzinfo=UTC) for unit, time in due.items()}
    for name, value in wanted.items():
        if value is not None:
            changes += put(document, name, value)
    text = tomlkit.dumps(document)
    settings = parse_class(text, folder)
    require_units(settings, course, path, text)
    said = tuple(f"{FILE}: {change}" for change in changes)
    return Plan(settings, text, password, said, is_new, any(change.startswith("database = ") for change in changes))


def put(document, name: str, value) -> list[str]:
    """Set a key of a TOML document, and return what to say if that changes it."""
    import tomlkit

    table, _, key = name.rpartition(".")
    if table and table not in document:
        document[table] = tomlkit.table()
    holder = document[table] if table else document
    before = holder.get(key)
    if before == value or (isinstance(before, datetime) and in_utc(before) == in_utc(value)):
        return []
    holder[key] = value
    was = "" if before is None or before == "" else f" (was {shown(before)})"
    return [f"{name} = {shown(value)}{was}"]


def shown(value) -> str:
    """Return a value as it is read."""
    return f"{in_utc(value):%Y-%m-%dT%H:%M}Z" if isinstance(value, datetime) else str(value) or '""'


def require_units(settings: ClassSettings, course: Course, path: Path, text: str) -> None:
    """Raise CourseError where an extension or a due date is for a unit that the course does not have."""
    for key in settings.extensions:
        if key[1] not in course.units:
            where = place(path, text, "unit") if key in settings.until else str(settings.roster_path)
            raise CourseError(f"there is no unit {key[1]}.", where, f"The units are {', '.join(course.units)}.")
    for unit in settings.due:
        if unit not in course.units and not (settings.folder / "release" / unit).exists():
            raise CourseError(f"there is no unit {unit}.", place(path, text, unit),
                              f"The units are {', '.join(course.units)}.")


def strangers(settings: ClassSettings, known: Collection[str]) -> Iterable[str]:
    """Yield a line for each student of class.toml that neither the roster nor the gradebook knows."""
    from difflib import get_close_matches

    graded = {one for some in settings.graders.values() for one in some} - settings.sections.keys()
    named = {student for student, _ in settings.until} | {one for some in settings.sections.values() for one in some}
    named |= graded
    for student in sorted(named - set(known)):
        near = get_close_matches(student, known, n=1)
        yield f"{FILE}: {student} is not in this class" + (f"; did you mean {near[0]}?" if near else ".")
