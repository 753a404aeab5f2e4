"""Course systems: every one in the guide's table is collected from its own names, and nobody gets another's work."""

import re
import time
import zipfile

import pytest

from autograder.course.verdicts import CourseError
from autograder.submissions.collect import collect
from autograder.submissions.lists import gradescope_list
from autograder.submissions.roster import read_roster, read_worksheet

UNIT = "u01_perceptron"
FILE = f"{UNIT}.ipynb"
D2L = "397063-25573 - {} - Sep {}, 2030 926 PM"
BLACKBOARD = "Unit 1 - Layers_{}_attempt_2030-01-{}-10-00-00"

# As the guide's table calls it: the names of a download, and whose they are without a roster.
SYSTEMS = {
    "a folder for each student": ([f"ada/{UNIT}/{FILE}", f"bob/{UNIT}/{UNIT}/{FILE}",
                                   f"cy/exercises_{UNIT}_{UNIT}.ipynb"], ["ada", "bob", "cy"]),
    "by hand": ([f"ada_{FILE}", f"maria_josé_{FILE}"], ["ada", "maria_josé"]),
    "Moodle": ([f"Ada Byron_11_assignsubmission_file_/{FILE}", f"Bo Lee_12_assignsubmission_file/{FILE}",
                f"Cy Moe_13_assignsubmission_file_/deep/{FILE}"], ["Ada Byron", "Bo Lee", "Cy Moe"]),
    "Moodle, without folders": ([f"Ada Byron_11_assignsubmission_file_{FILE}",
                                 f"Bo Lee_12_assignsubmission_file_{FILE}"], ["Ada Byron", "Bo Lee"]),
    "Moodle, without names": ([f"Participant_11_assignsubmission_file_/{FILE}",
                               f"Participant_12_assignsubmission_file_/{FILE}"], ["Participant_11", "Participant_12"]),
    "Moodle, groups": ([f"Group A-Ada Byron_11_assignsubmission_file_/{FILE}",
                        f"Default group-Bo Lee_12_assignsubmission_file_/{FILE}"],
                       ["Default group-Bo Lee", "Group A-Ada Byron"]),
    "Moodle, a group's one hand-in": ([f"Group A_7_assignsubmission_file/{FILE}",
                                       f"Default group_assignsubmission_file/{FILE}"], ["Default group", "Group A"]),
    "Canvas": ([f"byronada_101_9001_{UNIT}-1.ipynb", f"byronada_101_9004_{UNIT}-2.ipynb",
                f"leebo_LATE_102_9002_{FILE}"],
               ["byronada", "leebo"]),
    "Canvas, without names": ([f"anon_Ab1_9001_{FILE}", f"LATE_anon_Cd2_9002_{FILE}"], ["Ab1", "Cd2"]),
    "Blackboard": ([f"{BLACKBOARD.format('abyron', 30)}_{FILE}", f"{BLACKBOARD.format('abyron', 31)}_{FILE}",
                    f"{BLACKBOARD.format('abyron', 31)}.txt", f"{BLACKBOARD.format('blee', 30)}_{FILE}"],
                   ["abyron", "blee"]),
    "D2L": ([f"{D2L.format('Mary-Ann Smith', 24)}/{FILE}", f"{D2L.format('Bo Lee', 3)}/{FILE}",
             f"{D2L.format('Bo Lee', 24)}/{FILE}", "index.html"], ["Bo Lee", "Mary-Ann Smith"]),
    "D2L, without folders": ([f"{D2L.format('Mary-Ann Smith', 24)} - {FILE}", f"{D2L.format('Bo Lee', 3)} - {FILE}",
                              f"{D2L.format('Bo Lee', 24)} - my - {FILE}", "index.html"],
                             ["Bo Lee", "Mary-Ann Smith"]),
    "Google Classroom": ([f"Ada Byron - {FILE}", f"Bo Lee - {FILE}"], ["Ada Byron", "Bo Lee"]),
    "GitHub Classroom": ([f"unit1-submissions/unit1-{user}/{name}" for user in ("abyron", "blee")
                          for name in (f"exercises/{UNIT}/{FILE}", "README.md", "book/index.html")],
                         ["unit1-abyron", "unit1-blee"]),
    "ILIAS": ([f"Unit_1/Submissions/{name}/{FILE}" for name in ("Byron_Ada_abyron_77", "Lee_Bo_blee_78")],
              ["Byron_Ada_abyron_77", "Lee_Bo_blee_78"]),
    "Gradescope": ([f"assignment_1_export/submission_{number}/{FILE}" for number in (9001, 9002)],
                   ["submission_9001", "submission_9002"]),
}
ROSTER = {
    "abyron": {"first_name": "Ada", "last_name": "Byron", "email": "ada@x.org", "lms_user_id": "101"},
    "blee": {"first_name": "Bo", "last_name": "Lee", "email": "bo@x.org", "lms_user_id": "102"},
}
TWO_OF_ONE_NAME = {f"abyron{number}": {"first_name": "Ada", "last_name": "Byron"} for number in (1, 2)}
# What of a download is left out, and the roster with which it is.
TOLD = {
    "a folder for each student": ([f"ada/{UNIT}/{FILE}", f"ada/{UNIT}/{UNIT}-Copy1.ipynb", f"bob/{FILE}"], None),
    "by hand": ([f"ada_{FILE}", "bob.ipynb"], None),
    "Moodle": ([f"Ada Byron_{number}_assignsubmission_file/{FILE}" for number in (11, 12)], None),
    "Moodle, without folders": ([f"Ada Byron_11_assignsubmission_file_{FILE}",
                                 "Bo Lee_12_assignsubmission_file_answer.pdf"], None),
    "Moodle, without names": (SYSTEMS["Moodle, without names"][0], ROSTER),
    "Moodle, groups": (SYSTEMS["Moodle, groups"][0], TWO_OF_ONE_NAME),
    "Moodle, a group's one hand-in": (SYSTEMS["Moodle, a group's one hand-in"][0], ROSTER),
    "Canvas": ([f"byronada_{number}_900{number}_{FILE}" for number in (101, 102)], None),
    "Canvas, without names": ([f"anon_Ab1_9001_{FILE}", "anon_Cd2_9002_answer.pdf"], None),
    "Blackboard": ([f"Unit 1_a_byron_attempt_2030-01-30-10-00-00_{FILE}"], {"a_byron": {}, "byron": {}}),
    "D2L": ([f"1-2 - Bo Lee - {day} sept. 2030 21 26/{FILE}" for day in (3, 24)], None),
    "D2L, without folders": ([f"{D2L.format('Bo Lee', day)} - {name}" for day, name in ((3, "u02.ipynb"), (4, FILE))],
                             None),
    "Google Classroom": ([f"Ada Byron - {FILE}", FILE, f"{UNIT} (1).ipynb"], None),
    "GitHub Classroom": (SYSTEMS["GitHub Classroom"][0], {"blee": {}, "b-lee": {}}),
    "ILIAS": ([f"Unit_1/Submissions/Byron_Ada_abyron_77/{FILE}", "Unit_1/Submissions/Lee_Bo_blee_78/answer.py"], None),
    "Gradescope": ([f"assignment_1_export/submission_1/{FILE}", "assignment_1_export/submission_2/answer.py"], None),
}
# The systems whose names say who on the roster is meant.
NAMED = ["Moodle", "Moodle, without folders", "Moodle, groups", "Canvas", "Blackboard", "Google Classroom",
         "GitHub Classroom", "ILIAS"]


@pytest.fixture
def write(tmp_path):
    """A function that writes a download, as a zip or unpacked, and returns it; names may come with their content."""
    def make(names, kind="zip", **options):
        files = names if isinstance(names, dict) else dict.fromkeys(names, b"{}")
        source = tmp_path / f"class-{kind}"
        if kind == "zip":
            with zipfile.ZipFile(source, "w", **options) as archive:
                for name, content in files.items():
                    archive.writestr(name, content)
        else:
            for name, content in files.items():
                (source / name).parent.mkdir(parents=True, exist_ok=True)
                (source / name).write_bytes(content)
        return source
    return make


def students(collected):
    return [entry.student for entry in collected.taken]


def left(collected):
    return {row.path: row.reason for row in collected.rows if row.state == "left" and not row.quiet}


@pytest.mark.parametrize("kind", ["zip", "folder"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_download_is_collected_from_its_own_names(write, course, system, kind):
    names, expected = SYSTEMS[system]
    collected = collect(write(names, kind), course, [UNIT])
    assert (students(collected), left(collected)) == (expected, {})


@pytest.mark.parametrize("system", NAMED)
def test_with_a_roster_everybody_is_called_as_there(write, course, system):
    collected = collect(write(SYSTEMS[system][0]), course, [UNIT], roster=ROSTER)
    assert students(collected) == ["abyron", "blee"]
    assert set(left(collected).values()) <= {"Cy Moe is not on the roster"}


@pytest.fixture(scope="module")
def guide(course):
    """The rows of the guide's table: the first column -> all of it."""
    text = (course.root / "book" / "guide_instructors.md").read_text(encoding="utf-8")
    table = text.partition("\n| From |")[2].partition("\n\n")[0]
    rows = [[field.strip() for field in line.strip("| ").split(" | ")] for line in table.splitlines()[2:]]
    return {row[0]: row for row in rows}


def test_the_guide_has_a_row_for_every_system(guide):
    assert list(guide) == list(SYSTEMS)
    assert {len(row) for row in guide.values()} == {5}


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_is_left_out_is_told_as_the_guide_says(write, course, guide, system):
    names, roster = TOLD[system]
    reasons = left(collect(write(names), course, roster=roster)).values()
    assert any(guide[system][3].strip("`") in reason for reason in reasons), reasons


@pytest.mark.parametrize("system", ["D2L", "Google Classroom"])
def test_where_a_name_says_no_unit_one_graded_unit_is_meant(write, course, system):
    source = write([name.replace(FILE, "homework.ipynb") for name in SYSTEMS[system][0]])
    assert students(collect(source, course, [UNIT])) == SYSTEMS[system][1]
    collected = collect(source, course)
    assert collected.taken == []
    assert set(left(collected).values()) == {
        "its name does not say which unit it is; grade one unit at a time with --unit"}


# Numbers


def test_a_moodle_number_is_nobodys_number_on_the_roster(write, course):
    source = write([f"Bo Lee_101_assignsubmission_file_/{FILE}", f"Ada Byron_102_assignsubmission_file_/{FILE}"])
    collected = collect(source, course, roster=ROSTER)
    taken = {row.path.partition("_")[0]: row.student for row in collected.rows}
    assert taken == {"Bo Lee": "blee", "Ada Byron": "abyron"}


def test_one_name_of_two_people_is_said(write, course):
    roster = ROSTER | {"ada2": {"first_name": "Ada", "last_name": "Byron"}}
    collected = collect(write(SYSTEMS["Moodle"][0]), course, roster=roster)
    assert students(collected) == ["blee"]
    assert "abyron and ada2 on the roster are both called Ada Byron" in left(collected)[SYSTEMS["Moodle"][0][0]]


WORKSHEET = """\
Identifier,Full name,Email address,Status
Participant 11,Ada Byron,ada@x.org,x
Participant 12,Bo Lee,,x
Participant 13,Zoe Zed,zoe@x.org,x
"""


def test_moodles_worksheet_says_whose_a_number_is(write, course, tmp_path):
    names = SYSTEMS["Moodle, without names"][0]
    (tmp_path / "worksheet.csv").write_text(WORKSHEET)
    apart = collect(write(names), course, roster=ROSTER, worksheet=read_worksheet(tmp_path / "worksheet.csv"))
    beside = collect(write({**dict.fromkeys(names, b"{}"), "Grades.csv": WORKSHEET.encode()}, "folder"), course,
                     roster=ROSTER)
    assert students(apart) == students(beside) == ["abyron", "blee"]
    assert beside.expected == {"abyron", "blee"}


TEAMS = """\
Identifier,Full name,Email address,Status,Group
Participant 7,Ada Byron,ada@x.org,x,Group A
Participant 12,Bo Lee,bo@x.org,x,Group A
Participant 13,Cy Moe,cy@x.org,x,Default group
"""


def test_moodles_worksheet_says_who_is_in_a_group(write, course, tmp_path):
    (tmp_path / "worksheet.csv").write_text(TEAMS)
    source, sheet = write(SYSTEMS["Moodle, a group's one hand-in"][0]), read_worksheet(tmp_path / "worksheet.csv")
    collected = collect(source, course, roster=ROSTER | {"cmoe": {"email": "cy@x.org"}}, worksheet=sheet)
    assert students(collected) == ["abyron", "blee", "cmoe"]
    assert students(collect(source, course, worksheet=sheet)) == ["ada@x.org", "bo@x.org", "cy@x.org"]


def test_the_number_of_a_group_is_nobodys_number(write, course, tmp_path):
    (tmp_path / "worksheet.csv").write_text(WORKSHEET)
    source = write([f"Group A_11_assignsubmission_file/{FILE}"])
    collected = collect(source, course, roster=ROSTER, worksheet=read_worksheet(tmp_path / "worksheet.csv"))
    assert students(collected) == []
    assert list(left(collected).values()) == ["Group A is not on the roster"]


def test_a_worksheet_that_is_none_is_one_clear_line(tmp_path):
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CourseError, match="no grading worksheet"):
        read_worksheet(tmp_path / "x.csv")


def test_a_canvas_number_is_kept(write, course):
    assert collect(write(SYSTEMS["Canvas"][0]), course).numbers == {"byronada": "101", "leebo": "102"}


def test_blackboards_receipt_says_where_a_users_name_begins(write, course):
    part = BLACKBOARD.format("a_byron", 30)
    files = {f"{part}_{FILE}": b"{}", f"{part}.txt": b"Name: Ada Byron (a_byron)\nAssignment: Unit 1\n",
             f"{BLACKBOARD.format('c_lee', 30)}_{FILE}": b"{}",
             f"{BLACKBOARD.format('c_lee', 30)}.txt": b"Name: another's (ee)\n"}
    assert students(collect(write(files), course)) == ["a_byron", "lee"]
    roster = {"a_byron": {}, "byron": {}, "c_lee": {}}
    assert students(collect(write(files), course, roster=roster)) == ["a_byron", "c_lee"]


def test_blackboards_user_can_be_an_address(write, course):
    source = write([f"HW_{user}@x.org_attempt_2030-01-30-10-00-00_{FILE}" for user in ("ada", "bo")])
    assert students(collect(source, course, roster=ROSTER)) == ["abyron", "blee"]


@pytest.mark.parametrize("branch", ["main", "master"])
def test_a_repository_downloaded_from_github_is_its_users(write, course, branch):
    source = write([f"class/unit1-{user}-{branch}/exercises/{UNIT}/{FILE}" for user in ("abyron", "blee")])
    assert students(collect(source, course, roster=ROSTER)) == ["abyron", "blee"]
    twice = collect(source, course, roster=ROSTER | {branch: {}})
    assert (students(twice), len(left(twice))) == ([], 2)


@pytest.mark.parametrize("name", ["\N{SLIGHTLY SMILING FACE}", "\u2014"])
def test_a_name_without_letters_is_nobody_elses(write, course, name):
    roster = {"ada": {"first_name": "\N{GRINNING FACE}", "last_name": "\N{CAT FACE}"}}
    collected = collect(write([f"{name}_11_assignsubmission_file/{FILE}"]), course, roster=roster)
    assert list(left(collected).values()) == [f"{name} is not on the roster"]


# A student's own files decide nothing


@pytest.mark.parametrize("name", [f"ada_{FILE}", f"byronada_101_9001_{FILE}", f"Ada Byron - {FILE}",
                                  f"Ada Byron_11_assignsubmission_file_/{FILE}", f"submission_9001/{FILE}",
                                  f"{D2L.format('Ada Byron', 24)} - {FILE}",
                                  f"{BLACKBOARD.format('abyron', 30)}_{FILE}", f"ada/{UNIT}/{FILE}"])
@pytest.mark.parametrize("roster", [None, {"ada": {"first_name": "Ada", "last_name": "Byron", "lms_user_id": "101"},
                                           "bob": {}}])
@pytest.mark.parametrize("kind", ["zip", "folder"])
def test_a_name_that_imitates_another_students_gives_them_nothing(write, course, name, roster, kind):
    for others in ([], [f"cy/{UNIT}/{FILE}"]):
        collected = collect(write([f"bob/{name}", *others], kind), course, roster=roster)
        assert {entry.student for entry in collected.taken} <= {"bob", "cy"}


def test_a_list_inside_a_submission_is_not_read(write, course):
    forged = b"submission_1:\n  :submitters:\n  - :name: ada\n"
    source = write({f"bob/{UNIT}/{FILE}": b"{}", f"cy/{UNIT}/{FILE}": b"{}", "bob/submission_metadata.yml": forged,
                    "cy/submission_metadata.yml": b"["})
    assert students(collect(source, course)) == ["bob", "cy"]


def test_a_list_of_nested_aliases_is_read_at_once():
    lines = ["a: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))]
    text = "submission_1:\n  :submitters: []\n  :extra:\n    " + "\n    ".join(lines)
    text += "\nsubmission_2:\n  :submitters:\n  - :name: *a11\n"
    started = time.process_time()
    assert gradescope_list(text.encode(), "x")["2"].people == ()
    assert time.process_time() - started < 2


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_stored_and_deflated_members_are_opened(write, course, method):
    collected = collect(write({f"ada/{UNIT}/{FILE}": b"0" * 1000}, compression=method), course)
    assert collected.taken == []
    assert "pack it as an ordinary zip" in left(collected)[f"ada/{UNIT}/{FILE}"]


# Names


def test_two_spellings_of_one_name_are_one_student_with_two_notebooks(write, course):
    source = write([f"Zo\u00eb/{UNIT}/{FILE}", f"Zoe\u0308/{UNIT}/{FILE}"])
    first, second = collect(source, course), collect(source, course)
    assert (first.taken, len(left(first)), first.rows) == ([], 2, second.rows)


def test_names_of_any_script_arrive(write, course):
    names = ["علی\u200cرضا محمدی", "Ema \N{WOMAN}\u200d\N{MICROSCOPE} Roy", "Нина", "José", "O'Neil"]
    collected = collect(write([f"{name}/{UNIT}/{FILE}" for name in names]), course)
    assert set(students(collected)) == set(names)


def test_a_zip_without_the_utf8_flag_and_with_backslashes_is_read(tmp_path, course):
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"JosE\\{UNIT}\\{FILE}", "{}")
        archive.writestr(f"Bo\\{UNIT}\\{FILE}", "{}")
    path.write_bytes(path.read_bytes().replace(b"JosE", "Jo\u00e9".encode()))  # raw UTF-8 where the flag is not set
    assert set(students(collect(path, course))) == {"Bo", "Jo\u00e9"}


def test_a_second_collection_without_a_time_has_none(write, course, tmp_path):
    late = write({f"ada/{UNIT}/{FILE}": b"{}", f"ada/{UNIT}/timestamp.txt": b"2030-01-31 10:00:00 UTC"})
    assert collect(late, course, into=tmp_path / "into").taken[0].timestamp is not None
    assert collect(write([f"ada/{UNIT}/{FILE}"]), course, into=tmp_path / "into").taken[0].timestamp is None


@pytest.mark.parametrize("text", [
    "student_id;First Name;Last Name;Email\nada;Ada;Byron;a@x.org\n\n;;;\n",
    "student_id, first_name, last_name, email\nada, Ada, Byron, a@x.org\n",
    "sep=;\nstudent_id;first_name;last_name;email;\nada;Ada;Byron;a@x.org;;;\n",
    "\n;;\nstudent_id;first_name;last_name;email;\"notes, if any, and more\"\nada;Ada;Byron;a@x.org;\"a, b\"\n",
    "student_id|first_name|last_name|email\nada|Ada|Byron|a@x.org\n",
    "\ufeffStudent ID\tfirst name\tSurname\tE-mail\nada\tAda\tByron\ta@x.org\n",
])
def test_a_roster_is_read_as_spreadsheets_write_it(tmp_path, text):
    (tmp_path / "r.csv").write_text(text, encoding="utf-8")
    assert read_roster(tmp_path / "r.csv") == {
        "ada": {"first_name": "Ada", "last_name": "Byron", "email": "a@x.org"}}


def test_a_number_that_a_spreadsheet_wrote_is_whole(tmp_path):
    (tmp_path / "r.csv").write_text("student_id,lms_user_id\n4711.0,101.0\n")
    assert read_roster(tmp_path / "r.csv") == {"4711": {"lms_user_id": "101"}}


@pytest.mark.parametrize(("text", "words"), [
    ("student_id,lms_user_id\na,1\nb,1\n", "line 3: b has the lms_user_id of a"),
    ("student_id,email\na,A@x\nb,a@x\n", "line 3: b has the email of a"),
    ("student_id\na\na\n", "line 3: 'a' is listed twice"),
    ("student_id\na,,x\n", "line 2: it has 1 field more"), ("", "no column student_id"),
    ("name\na\n", "commas or semicolons"), ("student_id\n../x\n", "no safe student name"),
])
def test_what_is_wrong_with_a_roster_is_said_with_its_line(tmp_path, text, words):
    (tmp_path / "r.csv").write_text(text)
    with pytest.raises(CourseError, match=re.escape(words)):
        read_roster(tmp_path / "r.csv")
