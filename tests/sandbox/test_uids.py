"""No two threads that run workers share a user, in one process, in a fork of it or beside it."""

import os
import subprocess
import sys
import threading

from autograder.sandbox import uids

ASK = "from autograder.sandbox import uids; print(uids.number()); input()"


def in_a_thread():
    found = []
    threads = [threading.Thread(target=lambda: (found.append(uids.number()), together.wait())) for _ in range(20)]
    together = threading.Barrier(len(threads))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_a_thread_keeps_its_number_and_shares_it_with_no_other():
    own = uids.number()
    assert uids.number() == own
    others = in_a_thread()
    assert len({own, *others}) == 21


def test_another_process_takes_another_and_gives_it_back_when_it_ends(monkeypatch):
    monkeypatch.setattr(uids, "OWN", threading.local())
    with subprocess.Popen([sys.executable, "-c", ASK], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        taken = int(process.stdout.readline())
        following = (taken + 1) % uids.SPARE
        monkeypatch.setattr(uids.random.SystemRandom, "sample", lambda self, numbers, count: [taken, following])
        assert uids.number() == following
        process.communicate(b"\n")
    monkeypatch.setattr(uids, "OWN", threading.local())
    assert uids.number() == taken


def test_a_fork_takes_a_number_of_its_own():
    own = uids.number()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, str(uids.number()).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(reading, 10)) != own
    os.close(reading)
    os.close(writing)


def test_the_first_uid_leaves_room_for_all_and_belongs_to_nobody(monkeypatch):
    taken = type("Entry", (), {"pw_uid": 64000})
    monkeypatch.setattr(uids.pwd, "getpwall", lambda: [taken])
    assert uids.first() + uids.SPARE == 64000
