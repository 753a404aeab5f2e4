"""The student's desk: status, check, hint, reset, doctor and submit, run as a student runs them."""

import io
import json
import os
import re
import subprocess
import sys
import threading
import time
import zipfile
from types import SimpleNamespace

import pytest
from jupytext.cli import jupytext
from rich.console import Console
from running import COURSE, UNIT, run_copy, run_program

from autograder.checking.local import LocalStudent
from autograder.course.verdicts import StudentError
from autograder.desk import child, show
from autograder.desk.checking import Cancelled, Run
from autograder.desk.hinting import hints
from autograder.desk.keys import DOWN, UP, keys_in, look_on_windows
from autograder.desk.memory import Memory
from autograder.desk.overview import standing_of
from autograder.desk.place import Desk
from autograder.desk.plainly import tell
from autograder.desk.standing import DONE, FAILING, MISSING, UNTOUCHED, unrun
from autograder.desk.watch_screen import EXERCISE, LIST, WatchScreen
from autograder.submissions.collect import collect
from autograder.submissions.submission import open_submission

# What another system does not have, and what students are not asked to install.
ABSENT = ["fcntl", "termios", "resource", "pwd", "grp", "tty", "pty", "nbgrader", "jupytext", "nbformat", "pyseccomp",
          "sqlalchemy", "jinja2", "yaml"]


ADD = """class Add:
    def forward(self, x, y):
        {}

    def backward(self, dout):
        raise NotImplementedError("Add")
"""


@pytest.fixture
def desk(tmp_path, hand_out):
    """A student's own copy of the course, in a folder whose name is not plain."""
    return hand_out(tmp_path / "Übung 日本 (1)")


def autograder(folder, *words):
    """Run the copy's own program in its folder."""
    return run_copy(folder, "-m", "autograder", *words)


def notebook_path(folder, unit=UNIT):
    return folder / "exercises" / unit / f"{unit}.ipynb"


def write(folder, unit=UNIT, newline="\n", **answers):
    """Put answers into the student's notebook."""
    path = notebook_path(folder, unit)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        name = cell["id"].removesuffix("-answer")
        if name in answers and cell["metadata"]["nbgrader"]["solution"]:
            cell["source"] = answers[name]
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1), encoding="utf-8", newline=newline)


def standings(folder):
    """Return exercise -> standing of the first unit, of the copy's notebook checked by the installed package."""
    desk = Desk.here()
    desk.path = lambda unit: notebook_path(folder, unit)
    run = Run(desk, desk.read(desk.units[UNIT]), seconds=20)
    return {row.exercise.name: row for row in run.standings()}, run


def test_a_fresh_copy_has_nothing_done_and_says_where_to_begin(desk):
    done = autograder(desk)
    assert done.returncode == 0, done.stderr
    assert "0 of 65 exercises done" in done.stdout
    assert "Next: u01_perceptron/forward (not started)" in done.stdout
    assert not (desk / ".autograder").exists() or "done" not in (desk / ".autograder/desk.json").read_text()


def test_status_sees_a_right_answer_and_takes_it_back_when_it_fails_again(desk, right, wrong):
    write(desk, forward=right["forward"])
    assert "1 of 3   1 of 6     up to +1" in autograder(desk, "status").stdout
    write(desk, forward=wrong("forward", "bias forgotten"))
    assert "0 of 65 exercises done" in autograder(desk).stdout


def test_check_of_an_exercise_shows_expected_and_got_and_exits_with_1(desk, wrong):
    write(desk, sse=wrong("sse", "half"))
    done = autograder(desk, "check", "u01/sse")
    assert done.returncode == 1
    assert "expected  113.29" in done.stdout
    assert "got        56.645" in done.stdout
    assert "exactly half" not in done.stdout, "that is for the third hint"


def test_check_exits_with_0_when_all_that_was_asked_for_is_right(desk, right):
    write(desk, **right)
    done = autograder(desk, "check", "u01")
    assert (done.returncode, "3 of 3 done" in done.stdout) == (0, True), done.stdout + done.stderr
    assert autograder(desk, "check", "sse").returncode == 0


@pytest.mark.parametrize(("words", "message"), [
    (("check", "u77"), "there is no unit or exercise 'u77'"),
    (("check", "u01/see"), "Did you mean sse?"),
    (("hint", "u01"), "a hint is for one exercise"),
    (("reset", "u01/nothing"), "u01_perceptron has no exercise 'nothing'"),
])
def test_a_wrong_name_is_answered_with_one_line_and_status_2(desk, words, message):
    done = autograder(desk, *words)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_hints_come_one_by_one_from_question_to_section_to_guess_to_a_trial_by_hand(desk, wrong):
    write(desk, sse=wrong("sse", "half"))
    texts = [autograder(desk, "hint", "u01/sse").stdout for _ in range(6)]
    assert "off by 3" in texts[0]
    assert "Read:" not in texts[0]
    assert "Read:" in texts[1]
    assert "Notice:" not in texts[1]
    assert "exactly half of the expected one" in texts[2]
    assert "u1 = np.array([[-3.8], [9.5]])\n   d1 = np.array([[1.0], [0.0]])\n   sse(u1, d1)  # expected" in texts[3]
    assert "2. Read:" in texts[4] and "The next value" in texts[4] and "= 56.645 in line" in texts[4]
    assert texts[5] == texts[4]
    assert "That is all there is" in texts[5]


def test_the_next_hint_for_the_same_answer_runs_nothing_again(desk, wrong, monkeypatch):
    write(desk, sse=wrong("sse", "half"))
    place, out = Desk.here(), Console()
    place.path, place.folder = lambda unit: notebook_path(desk, unit), desk / ".autograder"
    unit, exercise = place.find("u01/sse")
    first = standing_of(place, Memory(place), unit, exercise, out, 20)
    with monkeypatch.context() as patch:
        patch.setattr(Run, "_started", lambda run: pytest.fail("a process was started"))
        assert standing_of(place, Memory(place), unit, exercise, out, 20) == first
    assert Memory(place).recall(place.read(unit), place.find("u01/forward")[1])[0].state == UNTOUCHED
    write(desk, sse=wrong("sse", "mean"))
    assert standing_of(place, Memory(place), unit, exercise, out, 20) != first


def test_the_last_hint_says_what_is_compared(desk):
    write(desk, "u04_graph_nodes", Add=ADD.format("x += y\n        return x"), Mul=ADD.replace("Add", "Mul").format(
        "return x * y").replace('raise NotImplementedError("Mul")', "return dout.copy(), dout.copy()"))
    told = autograder(desk, "check", "u04/Add").stdout
    assert "changed its argument `x` in place" in told
    assert "`Add.backward` is not written yet." in told
    add, mul = ([autograder(desk, "hint", name).stdout for _ in range(4)][-1] for name in ("Add", "Mul"))
    assert "# expected: argument x unchanged" in add
    assert "# expected: dx = [[" in mul


def test_another_mistake_starts_with_its_own_first_hint(desk, wrong):
    write(desk, sse=wrong("sse", "half"))
    autograder(desk, "hint", "sse"), autograder(desk, "hint", "sse")
    write(desk, sse=wrong("sse", "mean"))
    text = autograder(desk, "hint", "sse").stdout
    assert "twice as many outputs" in text
    assert "Read:" not in text


def test_a_hint_before_a_line_is_written_leads_to_the_exercises_own_section(desk):
    assert "book/u04_graph_nodes.md#the-matrix-product" in (autograder(desk, "hint", "MatMul").stdout
                                                            + autograder(desk, "hint", "MatMul").stdout)


def test_every_exercise_has_a_hint_before_a_line_is_written():
    desk = Desk.here()
    for unit in desk.units.values():
        run = Run(desk, desk.read(unit))
        assert all(hints(desk, row) for row in run.standings()), unit.name


@pytest.mark.parametrize(("words", "told"), [
    ("U01/SSE", "u01_perceptron/sse"), ("u1/sse", "u01_perceptron/sse"), ("Affine", "u04_graph_nodes/Affine"),
    ("affine", "u04_graph_nodes/Affine"), ("add", "u10_autograd/add"), ("U1", "u01_perceptron"),
    ("exercises/u01_perceptron/u01_perceptron.ipynb", "u01_perceptron"), ("u10", "u10_autograd"),
    ("some\\where\\u02_gradient_descent.ipynb", "u02_gradient_descent"),
])
def test_a_unit_and_an_exercise_are_found_as_students_write_them(words, told):
    unit, exercise = Desk.here().find(words)
    assert "/".join([unit.name, *([exercise.name] if exercise else [])]) == told


def test_a_copy_of_a_notebook_is_told_from_the_one_that_is_handed_in(desk):
    copy = notebook_path(desk).with_name(f"{UNIT}-Copy1.ipynb")
    copy.write_bytes(notebook_path(desk).read_bytes())
    done = autograder(desk, "check", f"exercises/{UNIT}/{copy.name}")
    assert (done.returncode, "is a copy" in done.stderr) == (2, True), done.stderr
    assert autograder(desk, "check", f"exercises/{UNIT}/{UNIT}.ipynb").returncode == 1
    assert f"Not packed: exercises/{UNIT}/{copy.name}, a copy." in autograder(desk, "submit", "u1").stdout


def test_answers_in_a_plain_python_file_come_into_the_notebook_and_are_not_forgotten(desk, right):
    path = notebook_path(desk)
    jupytext(["--quiet", "--to", "py:percent", str(path)])
    script = path.with_suffix(".py")
    text = script.read_text(encoding="utf-8")
    for name in ("forward", "sse"):
        stub = re.search(rf'^def {name}.*?NotImplementedError."{name}".$', text, re.DOTALL | re.MULTILINE)[0]
        text = text.replace(stub, right[name])
    script.write_text(text, encoding="utf-8")
    os.utime(path, (1, 1))
    done = autograder(desk, "check", f"exercises/{UNIT}/{UNIT}.py")
    command = f"jupytext --to ipynb --update exercises/{UNIT}/{UNIT}.py"
    assert (done.returncode, command in done.stderr) == (2, True), done.stderr
    told = f"newer than the notebook. Bring its answers in: {command}"
    assert told in autograder(desk, "submit", "u1").stdout
    done = autograder(desk, "check", "u1").stdout
    assert "as it was last saved. If you have written something, save the notebook" in done and told in done, done
    jupytext(["--quiet", "--to", "ipynb", "--update", str(script)])
    done = autograder(desk, "check", "u1")
    assert "2 of 3 done" in done.stdout, done.stdout
    assert "Not packed" not in autograder(desk, "submit", "u1").stdout


def test_a_notebook_of_another_language_is_not_python(desk):
    path = notebook_path(desk)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"]["kernelspec"]["language"] = "julia"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    done = autograder(desk, "check", "u1")
    assert done.returncode == 2
    assert "this notebook is not Python: its kernel speaks julia" in done.stderr


def test_a_function_where_a_class_is_wanted_is_told_so_once(desk):
    write(desk, "u04_graph_nodes", Mul="def Mul(x, y):\n    return x * y")
    told = autograder(desk, "check", "Mul").stdout
    assert told.count("`Mul` should be a class, but it is a function now.") == 1, told


def test_a_class_where_a_function_is_wanted_is_told_so_once(desk):
    write(desk, sse="class sse:\n    pass")
    told = autograder(desk, "check", "sse").stdout
    assert told.count("`sse` should be a function, but it is a class now.") == 1 and "__init__" not in told, told


def test_exit_in_an_answer_is_explained(desk):
    write(desk, sse="def sse(u, d):\n    exit()")
    told = autograder(desk, "check", "sse").stdout
    assert told.count("exit() ends Python itself, where `return` ends a function, in line 2: `exit()`") == 1, told


def test_submit_names_what_is_open_in_the_order_of_the_notebook(desk):
    told = autograder(desk, "submit", "u4").stdout
    assert "Still open in it: Add, Mul, Branch, Repeat, Sum, MatMul, Affine" in told, told


def test_reset_restores_the_stub_and_keeps_the_old_notebook(desk, right):
    write(desk, **right)
    before = notebook_path(desk).read_bytes()
    done = autograder(desk, "reset", "u01/sse", "--yes")
    assert done.returncode == 0, done.stderr
    cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(notebook_path(desk).read_bytes())["cells"]}
    assert "NotImplementedError" in cells["sse-answer"]
    assert cells["forward-answer"] == right["forward"]
    assert [path.read_bytes() for path in (desk / ".autograder/backup").iterdir()] == [before]
    autograder(desk, "reset", "u01", "--yes")
    assert notebook_path(desk).read_bytes() == COURSE.unit(UNIT).path.read_bytes()


def test_reset_asks_first_and_does_nothing_without_an_answer(desk, right):
    write(desk, **right)
    before = notebook_path(desk).read_bytes()
    assert autograder(desk, "reset", "u01").returncode == 1
    assert notebook_path(desk).read_bytes() == before


def test_what_cannot_be_written_is_told_in_one_line(desk, right):
    write(desk, **right)
    before = notebook_path(desk).read_bytes()
    for name in (".autograder", "submissions"):
        (desk / name).write_text("a file where a folder belongs")
    for words, message in ((("reset", "sse", "--yes"), "nothing was reset"), (("reset", "u01", "--yes"), "nothing was"),
                           (("submit", "u01"), "the zip cannot be written")):
        done = autograder(desk, *words)
        assert (done.returncode, message in done.stderr, "Traceback" in done.stderr) == (2, True, False), done.stderr
    assert notebook_path(desk).read_bytes() == before


def test_what_a_terminal_sends_is_read_key_by_key():
    assert keys_in(b"n\x1b[A\x1bOB\x1b[15~q") == ["n", UP, DOWN, "q"]
    assert keys_in(b"\x1b") == ["\x1b"]


@pytest.mark.parametrize(("typed", "keys"), [("n", ["n"]), ("\xe0H", [UP]), ("\0;n", [None, "n"]),
                                             ("\xe0", ["\xe0"])])
def test_arrows_on_windows_are_two_keys_and_an_accented_letter_waits_for_nothing(monkeypatch, typed, keys):
    waiting = list(typed)
    console = SimpleNamespace(kbhit=lambda: bool(waiting), getwch=lambda: waiting.pop(0))
    monkeypatch.setitem(sys.modules, "msvcrt", console)
    assert [look_on_windows() for _ in keys] == keys
    assert not waiting


@pytest.mark.parametrize(("width", "titled"), [(110, True), (80, True), (58, False)])
def test_the_table_of_units_keeps_its_numbers_in_a_narrow_terminal(width, titled):
    desk, out = Desk.here(), Console(width=width)
    rows = {name: list(unrun(unit, SimpleNamespace(missing=(), untouched=[e.name for e in unit.exercises])).values())
            for name, unit in desk.units.items()}
    with out.capture() as capture:
        out.print(show.course_table(out, desk.units, rows, {}))
    assert re.search(r"u10_autograd .*0 of 17 +0 of 31", capture.get())
    assert ("Downhill" in capture.get()) == titled


@pytest.mark.parametrize("width", [40, 24])
def test_a_table_of_units_without_room_keeps_every_number_whole(width):
    desk, out = Desk.here(), Console(width=width)
    with out.capture() as capture:
        out.print(show.course_table(out, desk.units, {}, {}))
    assert re.search(r"u10 +0 of 0 +0 of 31", capture.get()) and "\N{HORIZONTAL ELLIPSIS}" not in capture.get()


def test_what_is_copied_from_a_narrow_terminal_is_whole_and_stands_below_its_sign():
    out, path = Console(width=30, force_terminal=True, color_system=None), "exercises/u01_perceptron/u01_perceptron.py"
    with out.capture() as capture:
        show.say(out, f"Not looked at: {path}, which is newer.")
        show.item(out, show.Text("!"), f"Not handed in: {path}, which is newer.")
    assert capture.get().splitlines() == ["Not looked at:", f"  {path},", "  which is newer.",
                                          "  ! Not handed in:", f"    {path},", "    which is newer."]


@pytest.mark.parametrize(("encoding", "shown"), [
    ("utf-8", "\N{CHECK MARK} \N{BOX DRAWINGS HEAVY VERTICAL} \N{GREEK SMALL LETTER ALPHA}"), ("cp1252", "+ | ?"),
    ("cp437", "+ | \N{GREEK SMALL LETTER ALPHA}"), ("ascii", "+ | ?")])
def test_a_table_is_printed_in_the_letters_that_an_output_has(monkeypatch, encoding, shown):
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", file)
    tell("\N{CHECK MARK} \N{BOX DRAWINGS HEAVY VERTICAL} \N{GREEK SMALL LETTER ALPHA}")
    file.flush()
    assert file.buffer.getvalue().decode(encoding) == f"{shown}\n"


@pytest.mark.parametrize(("encoding", "arrows"), [("utf-8", "\N{UPWARDS ARROW} \N{DOWNWARDS ARROW}"),
                                                  ("cp437", "up down")])
def test_the_keys_of_the_list_are_shown_in_the_letters_of_the_console(encoding, arrows):
    screen = WatchScreen(SimpleNamespace(view=LIST))
    screen.out = SimpleNamespace(encoding=encoding)
    assert screen.keys[0] == (arrows, "walk") and screen.keys[-1] == ("q", "quit")
    screen.watch.view = EXERCISE
    assert screen.keys[0] == ("n", "next")


def test_reset_brings_back_a_notebook_that_is_gone_or_damaged(desk):
    for damage in (lambda path: path.unlink(), lambda path: path.write_bytes(b"<<<<<<< HEAD")):
        damage(notebook_path(desk))
        assert "autograder reset u01_perceptron" in autograder(desk, "check", "u01").stderr
        assert autograder(desk, "reset", "u01", "--yes").returncode == 0
        assert notebook_path(desk).read_bytes() == COURSE.unit(UNIT).path.read_bytes()


@pytest.mark.parametrize(("source", "problem"), [
    ("def sse(u, d):\n    return ((u - d)", "SyntaxError"),
    ("def sse(u, d):\n    return total\nsse(1, 2)", "NameError"),
    ("import os\nos._exit(3)", "ended Python itself"),
])
def test_an_answer_that_cannot_run_is_explained_and_spares_the_others(desk, right, source, problem):
    write(desk, forward=right["forward"], sse=source)
    rows, _ = standings(desk)
    told = rows["sse"].problem + "".join(check.message for check in rows["sse"].checks)
    assert problem in told
    assert rows["sse"].state == FAILING


def test_an_endless_loop_in_an_exercise_is_stopped_and_the_others_are_checked(desk, right):
    write(desk, forward="def forward(W, x, b):\n    while True:\n        pass", sse=right["sse"])
    work_desk = Desk.here()
    work_desk.path = lambda unit: notebook_path(desk, unit)
    run = Run(work_desk, work_desk.read(work_desk.units[UNIT]), seconds=2)
    rows = {row.exercise.name: row for row in run.standings()}
    assert "`forward` did not finish within 2 s and was stopped in line" in rows["forward"].problem
    assert "`while True`" in rows["forward"].problem
    assert rows["sse"].state == DONE
    assert not run.complete, "a result that a slow moment may have made is not kept"


@pytest.mark.usefixtures("interruptible")
def test_an_answer_that_waits_for_ever_is_stopped_in_its_line(monkeypatch):
    monkeypatch.setattr(child, "WAITING_SECONDS", 0.2)
    student = LocalStudent({"answer": threading.Event().wait})
    with child.stopped_after(3600) as stop, pytest.raises(StudentError, match="wait for something"):
        student.answer()
    assert stop.words == "did nothing for 0.2 s and was stopped"


def test_a_cancelled_run_ends_at_once(desk, right):
    write(desk, forward="import time\ntime.sleep(60)")
    work_desk = Desk.here()
    work_desk.path = lambda unit: notebook_path(desk, unit)
    run = Run(work_desk, work_desk.read(work_desk.units[UNIT]))
    began = time.monotonic()
    run.cancel()
    with pytest.raises(Cancelled):
        list(run.standings())
    assert time.monotonic() - began < 10


def test_windows_line_ends_a_byte_order_mark_and_missing_metadata_change_nothing(desk, right):
    write(desk, newline="\r\n", forward=right["forward"].replace("\n", "\r\n"), sse=right["sse"])
    path = notebook_path(desk)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        del cell["id"]
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(notebook, indent=1).replace("\n", "\r\n").encode())
    rows, _ = standings(desk)
    assert (rows["forward"].state, rows["sse"].state) == (DONE, DONE)


def test_magics_pictures_and_printing_do_not_disturb_a_check(desk, right):
    write(desk, forward="%matplotlib inline\n!ls\nprint('noise' * 1000)\nimport matplotlib.pyplot as plt\n"
                        "fig, axes = plt.subplots(2)\ndisplay(fig)\n" + right["forward"])
    assert standings(desk)[0]["forward"].state == DONE


def test_a_missing_cell_is_called_missing(desk):
    path = notebook_path(desk)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] != "sse-answer"]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    rows, _ = standings(desk)
    assert (rows["sse"].state, rows["forward"].state) == (MISSING, UNTOUCHED)


def test_doctor_names_each_problem_and_exits_with_1(desk, right):
    write(desk, forward="def forwards(W, x, b):\n    return W @ x + b", sse=right["sse"])
    path = notebook_path(desk)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"]["kernelspec"]["language"] = "julia"
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, cell in zip((7, 3, 5), code, strict=False):
        cell["execution_count"] = number
    path.write_text(json.dumps(notebook), encoding="utf-8")
    done = autograder(desk, "doctor", "u01")
    assert done.returncode == 1
    for words in ("defines `forwards`. Call it `forward` again", "not Python: its kernel speaks julia",
                  "not run from the top"):
        assert words in done.stdout, done.stdout


def test_doctor_is_content_with_a_fresh_copy_and_an_installed_environment():
    done = run_program(sys.executable, "-m", "autograder", "doctor")
    assert (done.returncode, "Nothing is wrong." in done.stdout) == (0, True), done.stdout + done.stderr


def test_submit_packs_the_layout_that_the_grader_collects(desk, right):
    write(desk, **right)
    done = autograder(desk, "submit", "u01", "--student", "björn")
    assert done.returncode == 0, done.stderr
    packed = desk / "submissions" / f"björn_{UNIT}.zip"
    with zipfile.ZipFile(packed) as archive:
        assert sorted(archive.namelist()) == sorted(
            f"björn/{UNIT}/{name}" for name in (f"{UNIT}.ipynb", "timestamp.txt", "versions.json"))
        assert json.loads(archive.read(f"björn/{UNIT}/versions.json"))["numpy"]
    collected = collect(packed, COURSE)
    assert [(entry.student, entry.unit) for entry in collected.taken] == [("björn", UNIT)]
    assert collected.taken[0].timestamp is not None


def test_a_notebook_with_12_mib_of_outputs_is_checked_and_packed_without_them(desk, right, unit):
    write(desk, **right)
    path = notebook_path(desk)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    plain = json.dumps(notebook)
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * (12 << 20)}}]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    said = "The notebook of u01_perceptron has 12.0 MiB, most of it outputs, which are not graded. `autograder submit`"
    done = autograder(desk, "check", "u01")
    assert (done.returncode, "3 of 3 done" in done.stdout) == (0, True), done.stdout + done.stderr
    assert said in " ".join(done.stdout.split())
    done = autograder(desk, "doctor", "u01")
    assert said in done.stdout, done.stdout + done.stderr
    done = autograder(desk, "submit", "u01", "--student", "ada")
    assert (done.returncode, "Without the outputs" in done.stdout) == (0, True), done.stdout + done.stderr
    taken = collect(desk / "submissions" / f"ada_{UNIT}.zip", COURSE).taken[0]
    assert taken.path.stat().st_size < 1 << 20
    path.write_text(plain, encoding="utf-8")
    assert open_submission(taken.path, unit, "ada").digest == open_submission(path, unit, "ada").digest


def test_piped_output_has_no_escape_codes_and_fits_any_encoding(desk, right):
    write(desk, forward=right["forward"])
    done = subprocess.run([sys.executable, "-m", "autograder", "check"], cwd=desk, capture_output=True, timeout=120,
                          env={"PATH": "", "PYTHONPATH": str(desk), "PYTHONIOENCODING": "cp1252"})
    text = done.stdout.decode("cp1252")
    assert b"\x1b" not in done.stdout
    assert "+ u01_perceptron/forward  done" in text, done.stderr.decode()


def test_the_students_side_runs_where_other_systems_modules_and_the_graders_packages_are_absent(desk, right):
    write(desk, forward=right["forward"])
    block = f"import sys; sys.modules.update(dict.fromkeys({ABSENT!r}))\n"
    paths = sorted(path.relative_to(desk).with_suffix("") for path in desk.glob("autograder/**/*.py"))
    modules = [".".join(path.parts) for path in paths]
    names = [name.removesuffix(".__init__") for name in modules
             if not name.endswith(("__main__", "desk.child")) and not name.endswith(".checks")]
    script = block + f"import importlib\nfor name in {names!r}: importlib.import_module(name)\n" + (
        "from autograder.cli import main\nmain(['check', 'u01/forward'])")
    done = run_copy(desk, "-c", script)
    assert done.returncode == 0, done.stderr
    assert "done" in done.stdout


def test_every_command_explains_itself_with_an_example():
    for name in ("status", "check", "watch", "hint", "reset", "doctor", "submit", "release"):
        done = run_program(sys.executable, "-m", "autograder", name, "--help")
        assert "Example" in done.stdout, name


def test_a_folder_that_the_encoding_cannot_show_is_no_error(desk, tmp_path):
    done = subprocess.run([sys.executable, "-m", "autograder", "submit", "u01", "--to", str(tmp_path / "日本")],
                          cwd=desk, capture_output=True, timeout=120,
                          env={"PATH": "", "PYTHONPATH": str(desk), "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "1"})
    assert done.returncode == 0, done.stderr.decode()
    assert b"??" in done.stdout


def test_a_misspelled_command_is_answered_with_the_nearest():
    assert "Did you mean check?" in run_program(sys.executable, "-m", "autograder", "chek").stderr


@pytest.mark.parametrize(("command", "typed", "offered"), [
    ("check", "u01_perceptron/s", ["u01_perceptron/sse"]),
    ("check", "u01/s", ["u01/sse"]),
    ("check", "u01", ["u01_perceptron", *(f"u01_perceptron/{name}" for name in ("forward", "sse", "why-squares"))]),
    ("check", "u0", [name for name in COURSE.units if "u01" <= name < "u10"]),
    ("submit", "u01", ["u01_perceptron"]),
])
def test_the_shell_completes_units_and_where_one_is_left_its_exercises(desk, command, typed, offered):
    done = run_copy(desk, "-c", "from autograder.cli import main; main(prog_name='autograder')",
                    environment={"_AUTOGRADER_COMPLETE": "bash_complete", "COMP_CWORD": "2",
                                 "COMP_WORDS": f"autograder {command} {typed}"})
    assert [line.removeprefix("plain,") for line in done.stdout.split()] == offered


def test_check_without_a_name_and_progress_answer_in_a_kernel(desk, right):
    script = f"from autograder import check, progress\n{right['forward']}\nprint(check()); progress()"
    done = run_program(sys.executable, "-c", f"import numpy as np\n{script}", cwd=desk / "exercises" / UNIT,
                       environment={"PYTHONPATH": str(desk), "PYTHONIOENCODING": "utf-8"})
    assert done.returncode == 0, done.stderr
    assert "1 of 2 exercises pass their checks: 1 of 4 points" in done.stdout
    assert "0 of 65 exercises done, in the notebooks as they are saved" in done.stdout
    assert "Hidden checks (2 points) run when your work is graded, not here.\n1.0\n" in done.stdout
