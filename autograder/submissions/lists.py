"""What course systems themselves say of whose a submission is: Gradescope's list, Moodle's grading worksheet."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime

import yaml

from autograder.course.verdicts import CourseError
from autograder.submissions.files import Rejected
from autograder.submissions.people import letters
from autograder.submissions.sources import File
from autograder.submissions.systems import FILES, owner_of

METADATA = "submission_metadata.yml"
YAML_DEPTH = 40
WORDS = (":sid", ":email", ":name")
RECEIPT = re.compile(r"_attempt_\d{4}(?:-\d\d){5}\.txt$")  # Blackboard's, one for each attempt
NAMED_USER = re.compile(rb"(?:\xef\xbb\xbf)?Name: [^\r\n]*\(([^()\r\n]+)\)[ \t]*\r?\n")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Listed:
    """One submission on Gradescope's list: the words for each of its students (number, address, name), and the time."""

    people: tuple[tuple[str, ...], ...] = ()
    time: datetime | None = None


@dataclass(frozen=True)
class Worksheet:
    """What Moodle's grading worksheets say. Words for a person: ID number, address, full name, as far as given.

    people: number in the assignment -> words. groups: name of a group that hands in together -> words for each member.
    """

    people: dict[str, tuple[str, ...]] = field(default_factory=dict)
    groups: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)

    def __or__(self, other: Worksheet) -> Worksheet:
        return Worksheet(self.people | other.people, self.groups | other.groups)

    def __bool__(self) -> bool:
        return bool(self.people)


@dataclass
class Lists:
    """Everything that the system's own lists say.

    gradescope: by submission number. moodle: its worksheets. blackboard: ASSIGNMENT_USER_attempt_TIME -> user.
    """

    gradescope: dict[str, Listed] = field(default_factory=dict)
    moodle: Worksheet = field(default_factory=Worksheet)
    blackboard: dict[str, str] = field(default_factory=dict)


def read_lists(files: list[File], around: str) -> tuple[Lists, set[str]]:
    """Return what the system's own lists say, and their names: only those beside the submissions are read.

    A table that a student handed in lies beside the others' work in a flat download, and may look like a worksheet.
    around: the folder around everything ("" or "NAME/"). Raises CourseError where Gradescope's cannot be read.
    """
    lists, names = Lists(), set()
    for file in files:
        folder, _, name = file.name.rpartition("/")
        if file.inner or file.problem or file.empty or (folder and f"{folder}/" != around):
            continue
        if name == METADATA:
            lists.gradescope = gradescope_list(content_of(file), file.name)
            names.add(file.name)
        elif name.lower().endswith(".csv") and not owner_of(name, FILES):
            found = worksheet(content_of(file))
            lists.moodle |= found
            names.update([file.name] if found else [])
        elif RECEIPT.search(name):
            part = name.removesuffix(".txt")
            user = NAMED_USER.match(content_of(file))
            if user and RECEIPT.sub("", name).endswith(f"_{user[1].decode('utf-8', 'replace')}"):
                lists.blackboard[part] = user[1].decode("utf-8", "replace")
    return lists, names


def content_of(file: File) -> bytes:
    """Return what is in a list, or nothing where it cannot be read."""
    try:
        return file.read()
    except (Rejected, OSError):
        return b""


def gradescope_list(content: bytes, name: str) -> dict[str, Listed]:
    """Return submission number -> Listed. Raises CourseError where the list cannot be read.

    Only the words that are wanted are looked at: nothing is built from the file, however its aliases repeat.
    """
    try:
        text = content.decode("utf-8")
        require_shallow(text)
        top = pairs(yaml.compose(text, Loader=LOADER))
        return {number.removeprefix("submission_"): listed(pairs(record)) for number, record in top.items()}
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        raise CourseError("Gradescope's list of submissions cannot be read.", name,
                          "Download the export again.") from None


def require_shallow(text: str) -> None:
    """Raise ValueError if YAML is nested deeper than such a list is."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > YAML_DEPTH:
            raise ValueError("nested too deep")


def pairs(node) -> dict[str, yaml.Node]:
    """Return the pairs of a mapping whose keys are plain words. Raises ValueError for anything else."""
    if not isinstance(node, yaml.MappingNode) or not all(isinstance(key, yaml.ScalarNode) for key, _ in node.value):
        raise ValueError("no mapping of words")
    return {key.value: value for key, value in node.value}


def listed(record: dict[str, yaml.Node]) -> Listed:
    """Return one record of Gradescope's list."""
    submitters = record.get(":submitters")
    if isinstance(submitters, yaml.ScalarNode) and submitters.value in ("", "~", "null"):
        submitters = None
    if submitters is not None and not isinstance(submitters, yaml.SequenceNode):
        raise ValueError("no list of submitters")
    people = [words(pairs(person)) for person in (submitters.value if submitters else ())]
    time = record.get(":created_at")
    return Listed(tuple(filter(None, people)), utc(time.value) if isinstance(time, yaml.ScalarNode) else None)


def words(person: dict[str, yaml.Node]) -> tuple[str, ...]:
    """Return the number, address and name of a person, as far as they are given."""
    return tuple(person[key].value for key in WORDS if isinstance(person.get(key), yaml.ScalarNode)
                 and person[key].value.strip() and person[key].tag != "tag:yaml.org,2002:null")


def utc(text: str) -> datetime | None:
    """Return the time that Gradescope writes (2030-01-31 23:59:00.000000000 Z), in UTC without a zone, or None."""
    text = re.sub(r"(\.\d{6})\d+", r"\1", text.strip()).replace(" Z", "+00:00").replace(" UTC", "+00:00")
    text = re.sub(r"\s+([+-]\d\d:?\d\d)$", r"\1", text)
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time


def worksheet(content: bytes) -> Worksheet:
    """Return what a grading worksheet of Moodle says; nothing where this is none."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Worksheet()
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    titles = {str(title).strip().casefold(): title for title in rows.fieldnames or ()}
    columns = [titles[title] for title in ("id number", "email address", "email", "full name") if title in titles]
    if "identifier" not in titles or not columns:
        return Worksheet()
    people, groups = {}, defaultdict(list)
    for row in rows:
        number = re.search(r"\d+$", (row[titles["identifier"]] or "").strip())
        person = tuple(row[column].strip() for column in columns if (row[column] or "").strip())
        if number and person:
            people[number[0]] = person
            group = (row[titles["group"]] or "").strip() if "group" in titles else ""
            groups[letters(group)] += [person] if group else []
    return Worksheet(people, {name: tuple(members) for name, members in groups.items() if members})


def times(files: list[File], around: str, units: Collection[str], gradescope: dict[str, Listed],
          ) -> dict[tuple[str, str], str]:
    """Return the text of a system's time: by (folder, unit) in nbgrader's layout, or by Gradescope's number."""
    texts = {(number, ""): f"{listed.time.isoformat(' ', 'microseconds')} UTC\n"
             for number, listed in gradescope.items() if listed.time}
    for file in files:
        parts = file.name.removeprefix(around).split("/")
        if len(parts) == 3 and parts[2] == "timestamp.txt" and not file.inner and parts[1] in units:
            try:
                texts[parts[0], parts[1]] = file.read()[:1024].decode("utf-8", "replace")
            except (Rejected, OSError):
                continue
    return texts
