"""The rules of a course: what holds for every unit, exercise, check and wrong answer, each with what breaks it.

`autograder author UNIT` runs those of one unit; the tests run all of them. A rule is a function of a UnitUnderTest:
its docstring is the rule in the words of the authors' guide, and it yields a sentence for each thing that breaks it.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator

from autograder.authoring import fingerprints, shortcuts
from autograder.authoring.under_test import UnitUnderTest, parts
from autograder.checking import hints
from autograder.checking.numeric import NO_WARNING
from autograder.checking.runner import is_hidden, marker
from autograder.course.settings import PACKAGE, course_settings
from autograder.course.units import Course, unit_folder, unit_paths

TAKEN = frozenset(["check", "progress", "hint", "np", "student", "reference", "rng"])
QUOTE = '"'
CENT = 1e-9  # points are multiples of a half or a quarter: sums differ by rounding alone


def five_parts(unit: UnitUnderTest) -> Iterator[str]:
    """A unit has five parts: chapter, solutions, public checks, hidden checks, misconceptions."""
    for part in parts(unit.unit.name):
        if not (unit.course.root / part).exists():
            yield f"{part} is missing"


def checks_name_exercises(unit: UnitUnderTest) -> Iterator[str]:
    """Checks name the exercises of their unit, and each exercise has checks."""
    checked = {marker(item).args[0] for item in unit.checks.items}
    graded = {exercise.name for exercise in unit.unit.graded}
    yield from (f"there are checks for {name!r}, but no such exercise" for name in sorted(checked - graded))
    yield from (f"the exercise {name!r} has no check" for name in sorted(graded - checked))


def checks_are_well_marked(unit: UnitUnderTest) -> Iterator[str]:
    """Public checks know no reference, hidden ones have a category, and every check is worth something."""
    for item in unit.checks.items:
        points, category = marker(item).kwargs["points"], marker(item).kwargs.get("category", "")
        if not isinstance(points, int | float) or points <= 0:
            yield f"{item.name} is worth {points!r} points"
        if is_hidden(item) != bool(category):
            yield f"{item.name} has {'no category' if is_hidden(item) else 'a category, which only hidden checks have'}"
        if not is_hidden(item) and "reference" in item.fixturenames:
            yield f"{item.name} is public and asks for the reference, which students do not have"


def half_is_hidden(unit: UnitUnderTest) -> Iterator[str]:
    """At least half of the points of an exercise are hidden: what is public can be learned by heart."""
    for exercise in unit.unit.graded:
        public = sum(float(marker(item).kwargs["points"]) for item in unit.checks.items
                     if marker(item).args[0] == exercise.name and not is_hidden(item))
        if public > exercise.points / 2 + CENT:
            yield f"{public:g} of the {exercise.points:g} points of {exercise.name} are public"


def warnings_are_worth_little(unit: UnitUnderTest) -> Iterator[str]:
    """A check on warnings is public and says claim="warnings", and at most a quarter of an exercise rests on such."""
    marks = {item.name: marker(item).kwargs for item in unit.checks.items}
    for exercise in unit.unit.graded:
        claimed = 0.0
        for result, record in unit.right[exercise.name]:
            rests = any(comparison.expected == NO_WARNING for comparison in record.comparisons)
            if rests and (result.hidden or marks[result.name].get("claim") != "warnings"):
                yield f"{result.name} asks for warnings, and is {'hidden' if result.hidden else 'not marked so'}"
            claimed += result.points * rests
        if claimed > exercise.points / 4 + CENT:
            yield f"{claimed:g} of the {exercise.points:g} points of {exercise.name} rest on warnings"


def shortcuts_earn_nothing(unit: UnitUnderTest) -> Iterator[str]:
    """Who answers with zeros, ones, nothing, inputs or an old answer earns nothing, unless a public check says so."""
    for exercise in unit.unit.graded:
        known = {item.name for item in unit.checks.items
                 if marker(item).args[0] == exercise.name and "shortcut" in marker(item).kwargs}
        passed = {}
        for words, names in shortcuts.students(unit.reference, exercise.name):
            with warnings.catch_warnings(action="ignore"):  # of checks that compute with empty answers
                results = unit.run(names, exercise.name)
            passed |= {each.name: (words, each.hidden) for each in results if each.passed}
        yield from (f"{name} is passed by a student who answers {words}" for name, (words, hidden) in passed.items()
                    if hidden or name not in known)
        yield from (f"{name} says shortcut=..., but none passes it" for name in sorted(known - set(passed)))


def check_cells_check_their_exercise(unit: UnitUnderTest) -> Iterator[str]:
    """The check cell of an exercise checks that exercise, and no exercise is called like what notebooks import."""
    for cell in unit.unit.cells:
        if cell.kind == "check" and re.findall(r"\bcheck\([\"'](.*?)[\"']\)", cell.source) != [cell.exercise]:
            yield f"the check cell of {cell.exercise} says {cell.source.strip()!r}"
    yield from (f"the exercise {exercise.name!r} hides what notebooks need under that name"
                for exercise in unit.unit.exercises if exercise.name in TAKEN)


def links_lead_to_pages(unit: UnitUnderTest) -> Iterator[str]:
    """Links of a notebook lead to pages of the book, and the table of contents has the chapter."""
    for cell in unit.unit.cells:
        yield from (f"a cell links to book/{page}, which does not exist"
                    for page in re.findall(r"\.\./\.\./book/([\w.-]+\.md)", cell.source)
                    if not (unit.course.root / "book" / page).exists())
    if not re.search(rf"- file: {unit.unit.name}$", contents(unit.course), re.MULTILINE):
        yield f"book/_toc.yml has no line for {unit.unit.name}"


def points_add_up(unit: UnitUnderTest) -> Iterator[str]:
    """The points of the checks add up to those of the exercise."""
    for exercise in unit.unit.graded:
        points = sum(float(marker(item).kwargs["points"]) for item in unit.checks.items
                     if marker(item).args[0] == exercise.name)
        if abs(points - exercise.points) > CENT:
            yield f"{exercise.name} is worth {exercise.points:g} points, its checks {points:g}"


def solution_defines_the_name(unit: UnitUnderTest) -> Iterator[str]:
    """The solution defines each exercise's name."""
    for exercise in unit.unit.graded:
        if not callable(unit.reference.get(exercise.name)):
            yield f"solutions/{unit.unit.name}.py defines no function or class {exercise.name}"


def reference_earns_all(unit: UnitUnderTest) -> Iterator[str]:
    """The reference earns full marks."""
    for exercise in unit.unit.graded:
        for result, _ in unit.right[exercise.name]:
            if not result.passed:
                yield f"{exercise.name} fails {result.name}: {first_line(result.message)}"


def untouched_earns_nothing(unit: UnitUnderTest) -> Iterator[str]:
    """The untouched notebook earns nothing."""
    namespace = dict(unit.reference)
    for cell in unit.unit.cells:
        if cell.kind == "answer":
            try:
                exec(cell.source, namespace)
            except NotImplementedError:
                yield f"nothing is left of {cell.exercise} but its stub: is ### BEGIN SOLUTION missing?"
                return
    for exercise in unit.unit.graded:
        yield from (f"the empty {exercise.name} passes {result.name}"
                    for result in unit.run(namespace, exercise.name) if result.passed)


def misconceptions_lose_points(unit: UnitUnderTest) -> Iterator[str]:
    """Every misconception loses points."""
    for seen in unit.observed:
        wrong, results = seen.wrong, seen.results
        if all(result.passed for result in results):
            yield f"{wrong.exercise}: {wrong.name!r} passes every check"
        broken = next((result for result in results if "raised NameError" in result.message), None)
        if broken:
            yield f"{wrong.exercise}: {wrong.name!r} does not run: {first_line(broken.message)}"


def checks_are_failed(unit: UnitUnderTest) -> Iterator[str]:
    """Every check is failed by some misconception."""
    failed = {result.name for seen in unit.observed for result in seen.results if not result.passed}
    yield from (f"no misconception fails {item.name}" for item in unit.checks.items if item.name not in failed)


def exercises_have_misconceptions(unit: UnitUnderTest) -> Iterator[str]:
    """Every exercise has a misconception, and every misconception belongs to an exercise."""
    known, graded = ({wrong.exercise for wrong in unit.misconceptions}, {each.name for each in unit.unit.graded})
    yield from (f"{name} has no misconception" for name in sorted(graded - known))
    yield from (f"there are misconceptions of {name!r}, but no such exercise" for name in sorted(known - graded))


def hints_lead(unit: UnitUnderTest) -> Iterator[str]:
    """Every misconception has a hint with a question in it and a section to read."""
    for wrong in unit.misconceptions:
        if not (wrong.hint.rstrip().endswith(("?", ".")) and "?" in wrong.hint):
            yield f"{wrong.exercise}: the hint of {wrong.name!r} asks nothing: {wrong.hint!r}"
        page, _, anchor = wrong.section.partition("#")
        there = page and (unit.course.root / "book" / page).exists()
        if not there or (anchor and anchor not in hints.headings(page)):
            yield f"{wrong.exercise}: {wrong.name!r} leads to {wrong.section}, which is not in the book"


def one_name_one_mistake(unit: UnitUnderTest) -> Iterator[str]:
    """A name stands for one mistake, however it is written."""
    meanings = {(wrong.exercise, wrong.name, wrong.hint, wrong.section) for wrong in unit.misconceptions}
    counts = Counter((exercise, name) for exercise, name, _, _ in meanings)
    yield from (f"{exercise}: {count} misconceptions are called {name!r}"
                for (exercise, name), count in counts.items() if count > 1)


def traces_tell_mistakes_apart(unit: UnitUnderTest) -> Iterator[str]:
    """Traces are current, and no two mistakes look the same in the public checks."""
    name = unit.unit.name
    if not fingerprints.up_to_date(name, unit.hints_text):
        yield f"{hints.hints_file(name).relative_to(unit.course.root)} is not current: `autograder fingerprints {name}`"
    silent = {f"{name} {wrong.exercise}: no public check fails for {wrong.name!r}"
              for wrong in unit.misconceptions if wrong.silent}
    yield from (problem for problem in fingerprints.clashes(name) if problem not in silent)


STRUCTURE: tuple[Callable[[UnitUnderTest], Iterator[str]], ...] = (
    five_parts, checks_name_exercises, checks_are_well_marked, check_cells_check_their_exercise, links_lead_to_pages,
    points_add_up, half_is_hidden, solution_defines_the_name, exercises_have_misconceptions)
RULES = (*STRUCTURE, reference_earns_all, warnings_are_worth_little, untouched_earns_nothing, shortcuts_earn_nothing,
         misconceptions_lose_points, checks_are_failed, hints_lead, one_name_one_mistake, traces_tell_mistakes_apart)


def first_line(message: str) -> str:
    """Return the first line of a message, without its full stop."""
    return (message.splitlines() or ["no message"])[0].rstrip(".")


def contents(course: Course) -> str:
    """Return the text of the book's table of contents."""
    return (course.root / "book" / "_toc.yml").read_text(encoding="utf-8")


def sentence(rule: Callable) -> str:
    """Return a rule in the words of the authors' guide."""
    return " ".join(rule.__doc__.split())


def course_problems(course: Course) -> Iterator[str]:
    """Yield what breaks the rules between units: names that occur twice, and rooms that do not match."""
    names = Counter(exercise.name for unit in course.units.values() for exercise in unit.exercises)
    yield from (f"the name {name!r} is used {count} times in the course" for name, count in names.items() if count > 1)
    sources = {path.stem for path in unit_paths(course.root / "solutions", ".py")}
    for room, found in (("exercises", {path.name for path in unit_paths(course.root / "exercises")}),
                        ("autograder/units", {path.name for path in unit_paths(PACKAGE / "units")})):
        yield from (f"{room}/{name} has no solutions/{name}.py: was the unit renamed, moved or deleted?"
                    for name in sorted(found - sources))
    graded = {unit.name for unit in course.units.values() if unit.graded} & sources
    chapters = {path.stem for path in (course.root / "book").glob("*.md")}
    yield from (f"book/_toc.yml lists {name}, but there is no book/{name}.md"
                for name in re.findall(r"- file: (\S+)$", contents(course), re.MULTILINE)
                if course_settings().is_unit(name) and name not in chapters)
    yield from (f"{path.relative_to(course.root)} is left over: the notebook of a unit is called like its folder"
                for folder in unit_paths(course.root / "exercises") for path in sorted(folder.glob("*.ipynb"))
                if path.stem != folder.name)
    yield from (f"solutions/{name}.py has no autograder/units/{name}" for name in sorted(graded)
                if not unit_folder(name).is_dir())


WRITE = "WRITE: "  # begins a sentence of a skeleton


def unwritten(course: Course, unit: str) -> Iterator[str]:
    """Yield file, line and sentence of each place where a skeleton says what to write."""
    for part in parts(unit):
        path = course.root / part
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines() if path.exists() else [], 1):
            _, found, text = line.partition(WRITE)
            if found:
                yield f"{part}, line {number}: {text.partition(QUOTE)[0].strip()}"
