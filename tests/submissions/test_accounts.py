"""Every file accounted for: taken + left + ignored = all, over random trees and zips, and nobody gets another's."""

import io
import re
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.course.verdicts import CourseError
from autograder.submissions.collect import collect

UNIT = "u01_perceptron"
OTHER = "u02_gradient_descent"
FILE = f"{UNIT}.ipynb"
STUDENTS = ("ada", "bob", "josé", "علی‌رضا", "Mary-Ann O'Neil")

# What a student may call a file: a notebook, something else, or what another student's file would be called.
FILES = (FILE, f"{UNIT}-Copy1.ipynb", f"{UNIT} (1).ipynb", f"exercises_{UNIT}_{UNIT}.ipynb", "homework.ipynb",
         f"{FILE}.json", f"{FILE}.txt", f"{UNIT}.IPYNB", f"{OTHER}.ipynb", "answer.py", "answer.pdf", "data.csv",
         "notes", "timestamp.txt", "submission_metadata.yml", f"ada_{UNIT}.ipynb", f"byronada_101_9001_{FILE}",
         f"Ada Byron - {FILE}", f"Ada Byron_11_assignsubmission_file_{FILE}", ".DS_Store", f".hidden_{FILE}",
         "work.rar", f"Unit 1_ada_attempt_2030-01-30-10-00-00_{FILE}", "u99_unknown.ipynb")
FOLDERS = (UNIT, OTHER, "exercises", "submission_1", "Ada Byron_11_assignsubmission_file_", ".ipynb_checkpoints",
           "deep", "1-2 - Ada Byron - Jan 1, 2030 926 PM", "ada", "__MACOSX", "autograder", "book", "u01_perceptrn")
# How a system begins the path of a student's file; {} is the student.
SYSTEMS = {
    "a folder for each student": "{}/",
    "Moodle": "{}_11_assignsubmission_file_/",
    "D2L": "12-34 - {} - Sep 24, 2030 926 PM/",
    "ILIAS": "Last_{}_login_77/",
}
FLAT = {"STUDENT_UNIT": "{}_" + UNIT + "_", "Canvas": "{}_12_34_", "Google Classroom": "{} - ",
        "Blackboard": "Unit 1_{}_attempt_2030-01-31-10-00-00_", "D2L, flat": "12-34 - {} - Sep 24, 2030 926 PM - "}

inside = st.builds(lambda folders, file: "/".join([*folders, file]), st.lists(st.sampled_from(FOLDERS), max_size=3),
                   st.sampled_from(FILES))


@st.composite
def classes(draw):
    """A class as one system hands it out: path -> content, and path -> student."""
    flat = draw(st.booleans())
    system = draw(st.sampled_from(sorted(FLAT if flat else SYSTEMS)))
    files, owners = {}, {}
    for number, person in enumerate(draw(st.lists(st.sampled_from(STUDENTS), min_size=2, max_size=4, unique=True)), 12):
        student = "".join(filter(str.isalpha, person)) if system == "Canvas" else person
        pattern = (FLAT | SYSTEMS)[system].replace("12", str(number))  # Canvas numbers its people
        for name in draw(st.lists(st.sampled_from(FILES) if flat else inside, min_size=1, max_size=5, unique=True)):
            path = f"{pattern.format(student)}{name}"
            files[path], owners[path] = b"{}", student
        if draw(st.booleans()):
            path = f"{pattern.format(student)}work.zip"
            files[path] = packed(dict.fromkeys(draw(st.lists(inside, max_size=4, unique=True)), b"{}"))
            owners[path] = student
    return files, owners


def packed(files):
    """Return the bytes of a zip."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def all_files(files):
    """Return the paths of all files, with those inside zips: what has to be accounted for."""
    paths = Counter()
    for path, content in files.items():
        paths[path] += 1
        if path.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                paths.update(f"{path}/{name}" for name in archive.namelist())
    return paths


def write(files, folder):
    """Write the files below a folder; return whether this file system could."""
    for path, content in files.items():
        target = folder / path
        if any(parent.is_file() for parent in target.parents) or target.is_dir():
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return True


def check(source, files, owners, course, units):
    """Assert the rule for one source."""
    try:
        collected = collect(source, course, units)
    except CourseError:  # where there is nothing to grade, that is said
        assert not any(re.search(r"\.ipynb(\.json|\.txt)?$", path, re.IGNORECASE) for path in all_files(files))
        return
    rows = Counter(row.path for row in collected.rows)
    expected = all_files(files)
    assert {path: rows[path] for path in expected} == dict(expected)
    folders = [row for row in collected.rows if row.path not in expected]
    assert all(row.state == "left" and row.reason.startswith("no notebook in it") for row in folders)
    assert {row.state for row in collected.rows} <= {"taken", "left", "ignored"}
    for row in collected.rows:
        owner = next((owners[path] for path in owners if row.path == path or row.path.startswith(f"{path}/")), None)
        if row.student and owner:
            assert owner in row.student, row
    told = {row.path for row in collected.rows if row.state == "left" and not row.quiet}
    quiet = {row.path for row in collected.rows if row.state == "left" and row.quiet}
    refused = {entry.student for entry in collected.taken if entry.refusal}
    for path in quiet:  # somebody speaks for it: its folder, the notebooks in its zip, or "not graded"
        row = next(row for row in collected.rows if row.path == path)
        assert row.student in refused or any(path.startswith(f"{other}/") or other.startswith(f"{path}/")
                                             for other in told), row
    again = collect(source, course, units)
    assert again.rows == collected.rows


@settings(deadline=None, max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(everything=classes(), wanted=st.sampled_from([None, [UNIT]]))
def test_of_a_folder_everything_is_taken_left_or_ignored(everything, wanted, course):
    files, owners = everything
    with tempfile.TemporaryDirectory() as folder:
        if write(files, Path(folder) / "class"):
            check(Path(folder) / "class", files, owners, course, wanted)


@settings(deadline=None, max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(everything=classes(), wanted=st.sampled_from([None, [UNIT]]), around=st.sampled_from(["", "submissions/"]))
def test_of_a_zip_everything_is_taken_left_or_ignored(everything, wanted, around, course):
    files, owners = ({f"{around}{path}": value for path, value in part.items()} for part in everything)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "class.zip"
        source.write_bytes(packed(files))
        check(source, files, owners, course, wanted)
