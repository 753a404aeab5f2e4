"""A gradebook in PostgreSQL: the same marks as in SQLite, on a server of Debian's package that lives for this test."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from running import UNIT, run_grade, run_program

from autograder.records.backups import backups

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


def test_each_run_backs_up_what_is_on_the_server_and_doctor_says_what_it_can(server, hand_in, right, tmp_path,
                                                                              monkeypatch):
    hand_in("ada", right)
    output = tmp_path / "graded"
    monkeypatch.setenv("PATH", f"{PROGRAMS[-1]}{os.pathsep}{os.environ['PATH']}")
    assert run_grade(tmp_path / "submitted", output, "--db", server).returncode == 0
    assert run_grade(tmp_path / "submitted", output).returncode == 0
    kept = backups(output, "dump")
    assert len(kept) == 2 and kept[-1].stat().st_mode & 0o777 == 0o600
    listed = subprocess.run([PROGRAMS[-1] / "pg_restore", "--list", kept[-1]], capture_output=True, text=True)
    assert "TABLE DATA public grade" in listed.stdout
    said = run_program(sys.executable, "-m", "autograder", "doctor", output)
    assert said.returncode == 0 and "the gradebook answers, with" in said.stdout, said.stdout
    assert kept[-1].name in said.stdout and "its server alone can say" in said.stdout and "secret" not in said.stdout
    monkeypatch.setattr(shutil, "which", lambda name: None)
    done = run_grade(tmp_path / "submitted", output)
    assert "its backups are yours to make: pg_dump is not installed here." in " ".join(done.stdout.split())
    text = (output / "class.toml").read_text()
    port = server.rpartition(":")[2].partition("/")[0]
    (output / "class.toml").write_text(text.replace(f":{port}/", ":1/"))
    said = run_program(sys.executable, "-m", "autograder", "doctor", output)
    assert said.returncode == 2 and "the gradebook does not answer" in said.stdout and "secret" not in said.stdout
