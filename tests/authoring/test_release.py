"""The student's copy: what is in it, what is not, the same bytes every time, and that it works where it is unpacked."""

import html
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import pytest
from click.testing import CliRunner
from packaging.requirements import Requirement
from running import COURSE, UNIT, run_copy, write_compiled

from autograder.authoring import release
from autograder.cli import main
from autograder.course.settings import course_settings
from autograder.desk import submit
from autograder.grading import sample_class

BUNDLE = course_settings().bundle
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
# Shown to students on purpose: the forward pass of the patient that they mend is a healthy one.
SHOWN = {"u08_debugging_clinic, solution 2"}
TELLING = 40  # characters without spaces: a shorter piece of code may stand anywhere

# Written once more, independently of release.py: everything that may be in the student's copy.
ALLOWED = (
    "README.md", "requirements.txt", "requirements-student.txt",
    "pyproject.toml", "course.toml", ".gitignore", "exercises/u??_*/u??_*.ipynb",
    "extras/github-classroom/README.md", "extras/github-classroom/u??_*.yml", "autograder/__init__.py",
    "autograder/__main__.py", "autograder/cli.py", "autograder/course/*.py", "autograder/checking/*.py",
    "autograder/checking/checks.ini", "autograder/submissions/*.py", "autograder/desk/*.py",
    "autograder/desk/check.css",
    "autograder/units/__init__.py", "autograder/units/u??_*/__init__.py", "autograder/units/u??_*/checks.py",
    "autograder/units/u??_*/given.py", "autograder/units/u??_*/hints.json", "autograder/units/u??_*/steps.json",
    "autograder/released/u??_*.ipynb", "book/*",
)
FORBIDDEN = ("*solutions/*", "*hidden.py", "autograder/units/*/misconceptions*", "autograder/*grading*", "*gradebook*",
             "*sample_class*", "*.pyc", "*_sources*", "book/*.md", "book/*.py", "*reports*", "*.db",
             "autograder/authoring/*", "autograder/sandbox/*", "autograder/records/*", "autograder/pages/*",
             "*fingerprints.py", "*collect.py", "*roster.py", "*discussion*")


@pytest.fixture(scope="module")
def files(site):
    """path -> content of the student's copy, the built book included."""
    return release.bundle(COURSE, site)


def squeezed(text: str) -> str:
    """Return a text without white space and comments' signs, so that layout hides nothing."""
    return re.sub(r"\s+", "", text)


def readable(name: str, content: bytes) -> str:
    """Return what a file says, freed of the markup around it: JSON strings joined, HTML without tags."""
    text = content.decode("utf-8", "replace")
    if name.endswith((".ipynb", ".json")):
        text += "".join(strings(json.loads(text)))
    if name.endswith(".html"):
        text += html.unescape(re.sub(r"<[^>]*>", "", text))
    return squeezed(text)


def strings(value):
    """Yield every text in a JSON value, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def secrets() -> dict[str, str]:
    """Return where -> squeezed text of every solution, hidden check and misconception."""
    found = {}
    for path in sorted(COURSE.root.glob("solutions/u*.py")):
        for number, body in enumerate(SOLUTION.findall(path.read_text(encoding="utf-8"))):
            found[f"{path.stem}, solution {number}"] = squeezed(re.sub(r"^# ?", "", body, flags=re.MULTILINE))
    for name in ("hidden", "misconceptions"):
        for path in sorted(COURSE.root.glob(f"autograder/units/*/{name}.py")):
            text = path.read_text(encoding="utf-8")
            for number, body in enumerate(re.split(r"^(?=@pytest|@misconception)", text, flags=re.MULTILINE)[1:]):
                code = re.sub(r"^@.*?\n(?=def|class|@)", "", body, count=1, flags=re.DOTALL | re.MULTILINE)
                found[f"{path.parent.name}/{name}, {number}"] = squeezed(code)
    return {where: text for where, text in found.items() if len(text) >= TELLING and where not in SHOWN}


def test_no_solution_hidden_check_or_misconception_is_in_the_copy(files):
    known = secrets()
    assert len(known) > 200, "the search has something to look for"
    leaks = [f"{where} in {name}" for name, content in files.items() if "/mathjax/" not in name
             for text in [readable(name, content)] for where, secret in known.items() if secret in text]
    assert not leaks


def test_the_search_finds_a_planted_solution_in_each_kind_of_file():
    where, secret = next(iter(secrets().items()))
    body = "def f():\n    " + secret
    assert secret in readable("a.py", body.encode())
    assert secret in readable("a.ipynb", json.dumps({"cells": [{"source": body.splitlines(keepends=True)}]}).encode())
    tagged = "".join(f"<span>{html.escape(letter)}</span>" for letter in body)
    assert secret in readable("a.html", tagged.encode()), where


def test_only_what_is_on_the_list_is_in_the_copy(files):
    stray = [name for name in files if not any(fnmatch(name, pattern) for pattern in ALLOWED)]
    banned = [name for name in files if any(fnmatch(name, pattern) for pattern in FORBIDDEN)]
    assert (stray, banned) == ([], [])
    rooms = {name.split("/")[1] for name in files if re.fullmatch(r"autograder/\w+/.*\.py", name)}
    assert rooms == {"course", "checking", "units", "submissions", "desk"}


def test_every_exercise_and_its_pristine_copy_are_there(files):
    for unit in COURSE.units:
        assert files[f"exercises/{unit}/{unit}.ipynb"] == files[f"autograder/released/{unit}.ipynb"]
    assert len(COURSE.units) >= 11


def test_a_notebook_leaves_its_chapter_to_the_link_of_its_first_cell(files):
    for unit in COURSE.units:
        assert b"../../book/" not in files[f"exercises/{unit}/{unit}.ipynb"], unit
        assert f"book/{unit}.html" in files


def test_every_unit_has_one_notebook_and_its_page_shows_the_command_that_opens_it(files):
    for unit in COURSE.units:
        page = files[f"book/{unit}.html"].decode()
        assert f"jupyter lab exercises/{unit}/{unit}.ipynb</code>" in re.sub(r"</?span[^>]*>", "", page), unit
        assert f"jupyter lab book/chapters/chapter_{unit}.ipynb</code>" in page
        assert 'href="notebooks/' not in page and 'href="chapters/' not in page
    places = [name for name in files if name.endswith(f"/{UNIT}.ipynb")]
    assert places == [f"exercises/{UNIT}/{UNIT}.ipynb", f"autograder/released/{UNIT}.ipynb"]


def test_two_releases_are_the_same_byte_for_byte(tmp_path):
    for name in ("first", "second"):
        done = CliRunner().invoke(main, ["release", str(tmp_path / name), "--gradescope", UNIT])
        assert done.exit_code == 0, done.output
    for archive in (f"{BUNDLE}.zip", f"gradescope_{UNIT}.zip"):
        assert (tmp_path / "first" / archive).read_bytes() == (tmp_path / "second" / archive).read_bytes()
    with zipfile.ZipFile(tmp_path / "first" / f"{BUNDLE}.zip") as archive:
        folder = tmp_path / "first"
        packed = {info.filename: archive.read(info) for info in archive.infolist()}
    written = {path.relative_to(folder).as_posix(): path.read_bytes()
               for path in (folder / BUNDLE).rglob("*") if path.is_file()}
    assert packed == written


def test_a_release_never_overwrites_a_folder_that_is_none(tmp_path):
    mine = tmp_path / BUNDLE / "thesis.txt"
    mine.parent.mkdir()
    mine.write_text("years of work", encoding="utf-8")
    done = CliRunner().invoke(main, ["release", str(tmp_path)])
    assert done.exit_code == 2
    assert "in the way" in done.output
    assert mine.exists()


def test_a_set_up_from_the_zip_works_in_an_empty_folder(tmp_path, right):
    done = CliRunner().invoke(main, ["release", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(tmp_path / "out" / f"{BUNDLE}.zip") as archive:
        archive.extractall(tmp_path / "home")
    folder = tmp_path / "home" / BUNDLE
    path = folder / "exercises" / UNIT / f"{UNIT}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["id"] == "sse-answer":
            cell["source"] = right["sse"]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    for words, expected in ((("check", "u01/sse"), "u01_perceptron/sse  done"), ((), "1 of 65 exercises done"),
                            (("--help",), "watch"), (("submit", "u01"), "Packed submissions/u01_perceptron.zip")):
        done = run_copy(folder, "-m", "autograder", *words)
        assert done.returncode == 0, done.stderr
        assert expected in done.stdout
    for command in ("grade", "sample", "exercises", "fingerprints", "release", "export", "author", "new-unit"):
        done = run_copy(folder, "-m", "autograder", command)
        assert "No such command" in done.stderr


def test_the_students_packages_are_bounded_like_ours():
    ours = (COURSE.root / "pyproject.toml").read_text(encoding="utf-8")
    ours += (COURSE.root / "requirements.txt").read_text(encoding="utf-8")
    theirs = release.bundle(COURSE, None)["pyproject.toml"].decode()
    project = tomllib.loads(theirs)["project"]
    for text in (*project["dependencies"], *project["optional-dependencies"]["data"]):
        assert text in ours, text


def test_what_the_checks_need_is_small_without_jupyterlab():
    files = release.bundle(COURSE, None)
    small = files["requirements-student.txt"].decode()
    assert "-e ." in small.splitlines() and "jupyterlab" not in re.sub(r"#.*", "", small)
    waiting = tomllib.loads(files["pyproject.toml"].decode())["project"]["dependencies"]
    sizes = {}
    while waiting:
        wanted = Requirement(waiting.pop())
        if wanted.name.lower() in sizes or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        found = importlib.metadata.distribution(wanted.name)
        sizes[wanted.name.lower()] = sum(file.size or file.locate().stat().st_size if file.locate().exists() else 0
                                         for file in found.files)
        waiting += found.requires or []
    assert {"numpy", "pytest", "rich"} <= sizes.keys()
    assert not {"nbgrader", "jupyterlab", "ipykernel", "scikit-learn"} & sizes.keys()
    assert sum(sizes.values()) < 230e6, sizes  # beside them stand pip and setuptools, 25 MB


def test_classroom_commands_pass_for_right_work_and_fail_for_the_stub(tmp_path, files, right):
    workflow = files[f"extras/github-classroom/{UNIT}.yml"].decode()
    commands = re.findall(r"command: autograder (.*)", workflow)
    assert commands == [f"check {UNIT}/forward", f"check {UNIT}/sse"]
    assert workflow.count("_RESULTS: ${{ steps.exercise-") == len(commands)
    release.write_folder(tmp_path / "copy", {name: content for name, content in files.items()
                                             if not name.startswith("book/")})
    path = tmp_path / "copy" / "exercises" / UNIT / f"{UNIT}.ipynb"
    sample_class.write_notebook(path, COURSE.unit(UNIT), {"sse": right["sse"]})
    codes = [run_copy(tmp_path / "copy", "-m", "autograder", *command.split()).returncode for command in commands]
    assert codes == [1, 0]


# What requirements-student.txt does not bring is not there; a cell may fail only where its notebook says so.
RUN_CHAPTER = """
import json, sys
for absent in ("sklearn", "nbgrader", "jupytext", "nbformat", "jinja2", "figures"):
    sys.modules[absent] = None
names = {}
for cell in json.load(open(sys.argv[1], encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        try:
            exec("".join(cell["source"]), names)
        except Exception as error:
            assert "raises-exception" in cell["metadata"].get("tags", [])
            print("open:", repr(error))
"""


def test_a_chapters_notebook_runs_in_a_students_copy_from_its_top(tmp_path, files, right):
    copy, chapter = tmp_path / "copy", f"book/chapters/chapter_{UNIT}.ipynb"
    release.write_folder(copy, {name: content for name, content in files.items()
                                if not name.startswith("book/") or name == chapter})
    without = run_copy(copy, "-c", RUN_CHAPTER, chapter)
    assert without.returncode == 0, without.stderr
    assert "open: NotImplementedError('forward')" in without.stdout
    sample_class.write_notebook(copy / "exercises" / UNIT / f"{UNIT}.ipynb", COURSE.unit(UNIT), right)
    done = run_copy(copy, "-c", RUN_CHAPTER, chapter)
    assert done.returncode == 0, done.stderr
    assert "199.98" in done.stdout and "open:" not in done.stdout


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The folder of what is uploaded to Gradescope, its byte code in it."""
    folder = tmp_path_factory.mktemp("gradescope") / "source"
    write_compiled(folder, release.gradescope(COURSE, COURSE.unit(UNIT)))
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="Gradescope's containers run Linux")
@pytest.mark.parametrize(("kind", "score"), [("right", 4.0), ("broken", 0.0), ("in a folder", 4.0), ("packed", 4.0),
                                             ("unpacked", 4.0), ("packed for ada", 4.0), ("unpacked for ada", 4.0),
                                             ("a repository", 4.0)])
def test_gradescopes_entry_script_writes_its_results(tmp_path, unpacked, right, kind, score):
    base = tmp_path / "autograder"
    shutil.copytree(unpacked, base / "source", copy_function=os.link)
    below = {"in a folder": f"{UNIT}/", "a repository": f"unit1-ada/exercises/{UNIT}/"}.get(kind, "")
    submission = base / "submission" / f"{below}{UNIT}.ipynb"
    sample_class.write_notebook(submission, COURSE.unit(UNIT), right)
    if kind == "a repository":
        for name in (f"autograder/released/{UNIT}.ipynb", "README.md", f"book/notebooks/{UNIT}.ipynb"):
            path = base / "submission" / "unit1-ada" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(COURSE.unit(UNIT).path, path)
    if "packed" in kind:  # Gradescope unpacks what is uploaded; its command line does not
        archive = submit.pack(submission, UNIT, "ada" if kind.endswith("ada") else "", base / "submission")
        submission.unlink()
        if kind.startswith("un"):
            shutil.unpack_archive(archive, base / "submission")
            archive.unlink()
    if kind == "broken":
        submission.write_text("I could not get Jupyter to run", encoding="utf-8")
    done = subprocess.run(["bash", base / "source" / "run_autograder"], capture_output=True, text=True, timeout=120,
                          env=os.environ | {"AUTOGRADER_BASE": str(base), "AUTOGRADER_PYTHON": sys.executable,
                                            "PYTHONPATH": str(base / "source" / "course")})
    assert done.returncode == 0, done.stderr
    results = json.loads((base / "results" / "results.json").read_text(encoding="utf-8"))
    assert results["score"] == score
    assert sum(test["max_score"] for test in results["tests"]) == 4.0
    assert bool(results["output"]) == (kind == "broken")


# A container as most are: root without the right to make namespaces, an old kernel without Landlock. Given as words:
# system calls that are refused, too; then the program to run so.
POOR_CONTAINER = """
import errno, os, sys
import pyseccomp as seccomp
rules = seccomp.SyscallFilter(seccomp.ALLOW)
for name in ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"):
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), name)
for name in ("unshare", "setns", *sys.argv[1].split()):
    rules.add_rule(seccomp.ERRNO(errno.EPERM), name)
for flag in (0x20000, 0x10000000):
    rules.add_rule(seccomp.ERRNO(errno.EPERM), "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
rules.load()
os.execvp(sys.argv[2], sys.argv[2:])
"""
READS_THE_SOLUTIONS = """
def forward(W, x, b):
    import os
    found = []
    for folder in ("{base}/source/course/solutions", "{base}", "{base}/source/course/autograder/units/u01_perceptron"):
        try:
            found += os.listdir(folder)
        except OSError as error:
            found.append(error.strerror)
    raise ValueError(found)
"""


@pytest.fixture
def open_folder():
    """A folder that everybody may look into, as /autograder is; pytest's own are closed."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="Gradescope's containers run Linux, as root")
@pytest.mark.parametrize(("refused", "weak", "walls"), [
    ("", False, "chroot (exec)"), ("chroot", False, ""), ("chroot", True, "weak (exec)")])
def test_a_container_without_namespaces_and_landlock(open_folder, right, refused, weak, walls):
    base = open_folder / "autograder"
    for name, content in release.gradescope(COURSE, COURSE.unit(UNIT), weak).items():
        path = base / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    answers = right | {"forward": READS_THE_SOLUTIONS.replace("{base}", str(base))}
    sample_class.write_notebook(base / "submission" / f"{UNIT}.ipynb", COURSE.unit(UNIT), answers)
    command = [sys.executable, "-c", POOR_CONTAINER, refused, "bash", str(base / "source" / "run_autograder")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300,
                          env=os.environ | {"AUTOGRADER_BASE": str(base), "AUTOGRADER_PYTHON": sys.executable,
                                            "PYTHONPATH": str(base / "source" / "course")})
    target = base / "results" / "results.json"
    if not walls:
        assert done.returncode == 1
        assert done.stderr.startswith("Not graded: ")
        assert "no safe way to run student code was found" in done.stderr
        assert "--allow-weak-isolation" in done.stderr
        assert not target.exists()
        return
    assert done.returncode == 0, done.stderr
    results = json.loads(target.read_text(encoding="utf-8"))
    assert results["score"] == 2.0  # of sse
    assert f"isolation: {walls}" in done.stdout
    told = [test["output"] for test in results["tests"] if test["name"].startswith("forward: check")]
    assert all("denied" in text or "No such file" in text for text in told)
    assert not any(".py" in text for text in told)


def test_gradescopes_scripts_are_sound_shell():
    for name in ("setup.sh", "run_autograder"):
        assert subprocess.run(["bash", "-n", release.EXTRAS / "gradescope" / name], check=False).returncode == 0
