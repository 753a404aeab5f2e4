"""A gradebook in PostgreSQL: the same marks as in SQLite, on a server of Debian's package that lives for this test."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from running import UNIT, run_grade, run_program

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def run(*words):
    """Run a program of PostgreSQL, which refuses to be root, as `nobody` if need be."""
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    done = subprocess.run([str(PROGRAMS[-1] / words[0]), *map(str, words[1:])], cwd="/", stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, timeout=120, **identity)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def server():
    """The address of an empty database."""
    if not PROGRAMS:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("PostgreSQL is not installed on this machine")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))  # not in tmp_path, where `nobody` cannot look
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    cluster = folder / "cluster"
    run("initdb", "--pgdata", cluster, "--username", "grader", "--auth", "trust", "--encoding", "UTF8", "--no-sync")
    run("pg_ctl", "start", "--wait", "--pgdata", cluster, "--log", folder / "log", "--options",
        f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c fsync=off")
    try:
        yield f"postgresql+psycopg://grader:secret@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "stop", "--wait", "--mode", "immediate", "--pgdata", cluster)
        shutil.rmtree(folder)


def scores(url):
    """Return (student, cell) -> automatic score and comment."""
    with Gradebook(url) as gradebook:
        return {(entry.student.id, grade.name): grade.auto_score for entry in gradebook.assignment_submissions(UNIT)
                for notebook in entry.notebooks for grade in notebook.grades}


def test_a_gradebook_in_postgresql_holds_the_same_marks(server, hand_in, right, wrong, tmp_path):
    hand_in("ada", right)
    hand_in("björn", right | {"sse": wrong("sse", "mean")})
    assert run_grade(tmp_path / "submitted", tmp_path / "sqlite").returncode == 0
    done = run_grade(tmp_path / "submitted", tmp_path / "graded", "--db", server)
    assert done.returncode == 0, done.stderr
    assert scores(server) == scores(f"sqlite:///{tmp_path / 'sqlite' / 'gradebook.db'}")
    again = run_grade(tmp_path / "submitted", tmp_path / "graded", "--db", server)
    assert "2 known" in " ".join(again.stdout.split())
    exported = run_program("nbgrader", "export", cwd=tmp_path / "graded")
    assert exported.returncode == 0, exported.stderr
    assert len((tmp_path / "graded" / "nbgrader-grades.csv").read_text().splitlines()) == 3
    upgraded = run_program("nbgrader", "db", "upgrade", cwd=tmp_path / "graded")
    assert upgraded.returncode == 0, upgraded.stderr


def test_a_database_that_does_not_answer_is_one_line_without_its_password(hand_in, right, tmp_path):
    hand_in("ada", right)
    url = "postgresql+psycopg://grader:secret@127.0.0.1:1/postgres"
    done = run_grade(tmp_path / "submitted", tmp_path / "graded", "--db", url)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: ") and done.stderr.count("\n") == 1
    assert "secret" not in done.stderr
