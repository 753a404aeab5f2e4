"""Fuzz the wire decoder or the notebook door with atheris, which follows the branches that an input reaches.

    python benchmarks/fuzz_coverage.py wire|notebook [SECONDS]

Atheris is no part of the environment: `python -m venv /tmp/fuzz && /tmp/fuzz/bin/pip install atheris -e .`, and run
this file with that Python, on Linux. Ends with the exception of the first surprise, and with the input in a file.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import sys
import tempfile

import atheris

with atheris.instrument_imports(include=["autograder.sandbox.wire", "autograder.submissions"]):
    from autograder.course.units import Course
    from autograder.sandbox import wire
    from autograder.submissions.alignment import align
    from autograder.submissions.files import PROBLEMS, Rejected, parse_json
    from autograder.submissions.submission import read_pieces

UNIT = "u01_perceptron"
MEGABYTES = 2048  # of the whole process


def try_wire(data: bytes) -> None:
    """Decode a header and parts that a hostile worker could send; the lengths before them fit, as they easily do."""
    cut = int.from_bytes(data[:2], "big") % max(len(data) - 1, 1)
    header, parts = data[2:2 + cut], data[2 + cut:]
    stream = struct.pack("!II", len(header), len(parts)) + header + parts
    position = 0

    def read(size):
        nonlocal position
        position += size
        return stream[position - size:position]

    with contextlib.suppress(wire.WireError):
        value = wire.receive(read)
        again = wire.encode(value)
        if wire.encode(wire.decode(*parts_of(again))) != again:
            raise AssertionError(f"{value!r} is another value after a second crossing")


def parts_of(frame: bytes) -> tuple[bytes, bytes]:
    """Return header and parts of a frame."""
    length = wire.LENGTHS.unpack(frame[:wire.LENGTHS.size])[0]
    start = wire.LENGTHS.size
    return frame[start:start + length], frame[start + length:]


def notebook_trier():
    """Return a function that brings bytes through the door as far as the submission that would be graded."""
    unit = Course.find().unit(UNIT)

    def try_notebook(data: bytes) -> None:
        try:
            aligned = align(read_pieces(parse_json(data), unit, []), unit)
        except Rejected as error:
            if error.problem not in PROBLEMS or not error.message.isprintable():
                raise AssertionError(f"a rejection with {error.problem!r}: {error.message!r}") from error
        else:
            json.dumps([aligned.cells, aligned.answers, aligned.manual, aligned.notes])

    return try_notebook


def seeds(folder: str, kind: str) -> None:
    """Write what the fuzzer begins with: frames and a notebook that are in order."""
    import numpy as np

    if kind == "notebook":
        contents = [Course.find().unit(UNIT).path.read_bytes()]
    else:
        values = [{"reply": "value", "number": 1, "value": [np.arange(3.0), (1.5, "a")]}, np.array([True]),
                  [None, True, 2, -0.0, float("nan"), 1j, "text"], wire.Handle(3), {"a": wire.Callback(0)}]
        contents = [len(header).to_bytes(2, "big") + header + parts
                    for header, parts in (parts_of(wire.encode(value)) for value in values)]
    for number, content in enumerate(contents):
        with open(os.path.join(folder, str(number)), "wb") as file:
            file.write(content)


def main(kind: str, seconds: int = 600) -> None:
    """Fuzz until the time is over; atheris ends the process."""
    corpus = tempfile.mkdtemp(prefix="fuzz-")
    seeds(corpus, kind)
    options = [sys.argv[0], corpus, f"-max_total_time={seconds}", "-max_len=20000", f"-rss_limit_mb={MEGABYTES}",
               "-timeout=20", "-print_final_stats=1", f"-artifact_prefix={corpus}/"]
    atheris.Setup(options, {"wire": try_wire, "notebook": notebook_trier()}[kind])
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
