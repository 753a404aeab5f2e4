"""Hostile and broken submissions as files. Each builder writes one; what must become of it stands beside it.

`FILES[name].write(path, notebook)` writes the submission that belongs at `path`
(.../STUDENT/UNIT/UNIT.ipynb), made from a real notebook; `problem` is one of PROBLEMS in
autograder/submissions/files.py, or empty where the submission is repaired and graded as if nothing had happened.
"""

from __future__ import annotations

import copy
import json
import os
import socket
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FILE_BYTES = 10 << 20
READ_BYTES = 64 << 20


@dataclass(frozen=True)
class HostileFile:
    """One hostile file: how to write it, the problem it is refused for, and a word of the note of its repair."""

    write: Callable[[Path, dict], None]
    problem: str
    note: str = ""


FILES: dict[str, HostileFile] = {}


def refused(problem: str):
    """Register a builder of a file that must be refused."""
    return register(problem, "")


def repaired(note: str = ""):
    """Register a builder of a file that must be graded as if nothing had happened, with this word in a note."""
    return register("", note)


def register(problem: str, note: str):
    def add(function):
        FILES[function.__name__.replace("_", " ")] = HostileFile(function, problem, note)
        return function
    return add


def write(path: Path, content) -> None:
    """Write a notebook (dict), text or bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, dict):
        content = json.dumps(content)
    path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)


def changed(notebook: dict, **fields) -> dict:
    """Return a copy of a notebook with other fields."""
    return copy.deepcopy(notebook) | fields


def cell_of(notebook: dict, name: str) -> dict:
    """Return the cell with this id."""
    return next(cell for cell in notebook["cells"] if cell["id"] == name)


def code_cell(source, name: str = "extra", **metadata) -> dict:
    """Return a new code cell."""
    return {"cell_type": "code", "id": name, "metadata": metadata, "source": source, "outputs": [],
            "execution_count": None}


def shown(notebook: dict, *values) -> dict:
    """Return a copy of a notebook whose first code cell has these values in its outputs."""
    notebook = copy.deepcopy(notebook)
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["outputs"] = [{"output_type": "display_data", "data": {"x": list(values)}, "metadata": {}}]
    return notebook


def answers(notebook: dict) -> list[dict]:
    """Return the answer cells."""
    return [cell for cell in notebook["cells"] if cell["id"].endswith("-answer")]


# Not a file


@refused("link")
def link_to_a_secret(path, notebook):
    path.parent.mkdir(parents=True)
    path.symlink_to("/etc/passwd")


@refused("link")
def link_to_a_neighbour(path, notebook):
    write(path.parents[2] / "neighbour.ipynb", notebook)
    path.parent.mkdir(parents=True)
    path.symlink_to("../../neighbour.ipynb")


@refused("link")
def dangling_link(path, notebook):
    path.parent.mkdir(parents=True)
    path.symlink_to("nowhere")


@refused("link")
def link_to_itself(path, notebook):
    path.parent.mkdir(parents=True)
    path.symlink_to(path.name)


@refused("link")
def hard_link(path, notebook):
    write(path.parents[2] / "original.ipynb", notebook)
    path.parent.mkdir(parents=True)
    os.link(path.parents[2] / "original.ipynb", path)


@refused("link")
def linked_unit_folder(path, notebook):
    write(path.parents[2] / "elsewhere" / path.name, notebook)
    path.parents[1].mkdir(parents=True)
    path.parent.symlink_to("../elsewhere")


@refused("link")
def linked_student_folder(path, notebook):
    write(path.parents[2] / "other" / path.parent.name / path.name, notebook)
    path.parents[1].symlink_to("other")


@refused("not-a-file")
def named_pipe(path, notebook):
    path.parent.mkdir(parents=True)
    os.mkfifo(path)


@refused("not-a-file")
def unix_socket(path, notebook):
    path.parent.mkdir(parents=True)
    here = os.getcwd()
    os.chdir(path.parent)  # the whole path may be too long for a socket
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(here)


@refused("not-a-file")
def device(path, notebook):
    path.parent.mkdir(parents=True)
    try:
        os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5))  # /dev/zero: endless
    except PermissionError:
        path.mkdir()


@refused("not-a-file")
def folder_named_like_the_notebook(path, notebook):
    path.mkdir(parents=True)


@refused("no-notebook")
def folder_without_notebook(path, notebook):
    write(path.with_name("u01.py"), "print('see my notebook')")


@refused("which-notebook")
def two_notebooks_with_other_names(path, notebook):
    write(path.with_name("first.ipynb"), notebook)
    write(path.with_name("second.ipynb"), notebook)


# Not JSON


@refused("too-large")
def sparse_file_of_a_tebibyte(path, notebook):
    write(path, "{")
    os.truncate(path, 1 << 40)


@refused("too-large")
def text_beyond_the_limit(path, notebook):
    write(path, changed(notebook, padding="x" * FILE_BYTES))


@refused("too-large")
def outputs_beyond_what_is_read(path, notebook):
    write(path, shown(notebook, "x" * READ_BYTES))


@refused("too-large")
def outputs_of_a_million_lists(path, notebook):
    write(path, shown(notebook, "x" * FILE_BYTES, [[]] * 1_000_000))


@refused("too-large")
def large_outputs_that_never_end(path, notebook):
    write(path, '{"cells": [], "outputs": [' + '"",' * FILE_BYTES)


@repaired()
def large_outputs(path, notebook):
    write(path, shown(notebook, "x" * FILE_BYTES, 'a "quote", "outputs": [ and \\', [{"outputs": [float("nan")]}]))


@repaired()
def large_outputs_of_tiny_texts(path, notebook):
    write(path, shown(notebook, ["]", "\\", '"'] * 1_000_000))


@refused("not-json")
def empty_file(path, notebook):
    write(path, "")


@refused("not-json")
def broken_off(path, notebook):
    text = json.dumps(notebook)
    write(path, text[:len(text) // 2])


@refused("not-json")
def a_web_page(path, notebook):
    write(path, "<!DOCTYPE html><title>Please log in</title>")


@refused("not-text")
def utf_16(path, notebook):
    write(path, json.dumps(notebook).encode("utf-16"))


@refused("not-text")
def latin_1(path, notebook):
    write(path, json.dumps(changed(notebook, author="Zoë"), ensure_ascii=False).encode("latin-1"))


@refused("not-text")
def overlong_utf_8(path, notebook):
    write(path, b'{"nbformat": "\xc0\xaf"}')


@refused("not-text")
def surrogates_as_bytes(path, notebook):
    write(path, json.dumps(changed(notebook, author="\ud800"), ensure_ascii=False))


@refused("not-json")
def null_bytes(path, notebook):
    write(path, json.dumps(notebook) + "\0" * 100)


@refused("too-deep")
def many_open_lists(path, notebook):
    write(path, "[" * 200_000)


@refused("too-deep")
def deep_nesting(path, notebook):
    text = json.dumps(changed(notebook, metadata="@"))
    write(path, text.replace('"@"', '{"a":' * 50_000 + "1" + "}" * 50_000))


@refused("too-large")
def three_million_lists(path, notebook):
    write(path, "[" + "[]," * 3_000_000 + "[]]")


@refused("not-json")
def brackets_hidden_in_an_open_string(path, notebook):
    write(path, '"' + '\\"[' * 1_000_000)


@refused("not-json")
def duplicate_keys(path, notebook):
    write(path, json.dumps(notebook)[:-1] + ', "cells": []}')


@repaired("NaN")
def not_a_number(path, notebook):
    write(path, changed(notebook, metadata={"score": float("nan")}))


@repaired("Infinity")
def infinity(path, notebook):
    write(path, changed(notebook, metadata={"score": float("inf")}))


@refused("not-json")
def number_of_a_million_digits(path, notebook):
    write(path, json.dumps(notebook)[:-1] + f', "n": {"9" * 1_000_000}}}')


@repaired("told apart by their text")
def one_given_id_without_metadata(path, notebook):
    write(path, changed(notebook, cells=[cell | {"id": "cell-01", "metadata": {}} for cell in notebook["cells"]]))


@repaired("told apart by their text")
def one_given_id_with_metadata(path, notebook):
    write(path, changed(notebook, cells=[cell | {"id": "cell-01"} for cell in notebook["cells"]]))


@repaired()
def one_id_of_an_answer(path, notebook):
    name = answers(notebook)[0]["id"]
    write(path, changed(notebook, cells=[cell | {"id": name, "metadata": {}} for cell in notebook["cells"]]))


# Not a notebook


@refused("not-a-notebook")
def a_list(path, notebook):
    write(path, json.dumps([notebook]))


@refused("old-format")
def format_3(path, notebook):
    write(path, {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": notebook["cells"]}]})


@refused("old-format")
def format_5(path, notebook):
    write(path, changed(notebook, nbformat=5))


@refused("old-format")
def format_true(path, notebook):
    write(path, changed(notebook, nbformat=True))


@refused("old-format")
def format_missing(path, notebook):
    fewer = changed(notebook)
    del fewer["nbformat"]
    write(path, fewer)


@refused("not-a-notebook")
def cells_as_an_object(path, notebook):
    write(path, changed(notebook, cells={str(number): cell for number, cell in enumerate(notebook["cells"])}))


@refused("not-a-notebook")
def cells_of_text(path, notebook):
    write(path, changed(notebook, cells=["import os"]))


@refused("not-a-notebook")
def source_as_an_object(path, notebook):
    write(path, changed(notebook, cells=[code_cell({"__class__": "str"})]))


@refused("not-a-notebook")
def source_of_numbers(path, notebook):
    write(path, changed(notebook, cells=[code_cell([1, 2, 3])]))


@refused("not-a-notebook")
def cell_without_type(path, notebook):
    write(path, changed(notebook, cells=[{"source": "x = 1"}]))


@refused("too-large")
def ten_thousand_cells(path, notebook):
    write(path, changed(notebook, cells=notebook["cells"] + [code_cell("pass")] * 10_000))


@refused("too-large")
def one_endless_cell(path, notebook):
    write(path, changed(notebook, cells=notebook["cells"] + [code_cell("x = 1\n" * 100_000)]))


@refused("too-large")
def much_code_in_many_cells(path, notebook):
    write(path, changed(notebook, cells=notebook["cells"] + [code_cell("#" * 100_000)] * 9))


@refused("too-large")
def a_magic_on_each_of_many_lines(path, notebook):
    write(path, changed(notebook, cells=[*notebook["cells"], code_cell("%\n" * 100_000)]))


# Graded as if nothing had happened


@repaired("byte order mark")
def byte_order_mark(path, notebook):
    write(path, b"\xef\xbb\xbf" + json.dumps(notebook).encode())


@repaired("was called")
def renamed_notebook(path, notebook):
    write(path.with_name("my solution (final).ipynb"), notebook)


@repaired("was called")
def renamed_with_escape_codes_and_a_turned_name(path, notebook):
    write(path.with_name("\x1b[31m\u202eexe.\n.ipynb"), notebook)


@repaired()
def scratch_notebook_beside_it(path, notebook):
    write(path, notebook)
    write(path.with_name("scratch.ipynb"), "not a notebook")


@repaired("timestamp.txt")
def endless_timestamp(path, notebook):
    write(path, notebook)
    path.with_name("timestamp.txt").symlink_to("/dev/zero")


@repaired("timestamp.txt")
def foolish_timestamp(path, notebook):
    write(path, notebook)
    write(path.with_name("timestamp.txt"), "the dog ate it")


@repaired()
def forged_points_and_outputs(path, notebook):
    forged = changed(notebook)
    for cell in forged["cells"]:
        if cell["cell_type"] == "code":
            cell["metadata"].setdefault("nbgrader", {})["points"] = 1_000
            cell["outputs"] = [{"output_type": "execute_result", "data": {"text/plain": "1000.0"}}]
    write(path, forged)


@repaired()
def huge_outputs_within_the_limit(path, notebook):
    fuller = changed(notebook)
    for cell in answers(fuller):
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["<script>" * 100_000]}]
    write(path, fuller)


@repaired()
def foreign_kernel_and_widgets(path, notebook):
    write(path, changed(notebook, metadata={"kernelspec": {"name": "bash", "argv": ["rm", "-rf"]}, "widgets": {}}))


@repaired("were deleted")
def deleted_check_cells(path, notebook):
    fewer = [cell for cell in notebook["cells"] if not cell["metadata"].get("nbgrader", {}).get("locked")]
    write(path, changed(notebook, cells=fewer))


@repaired("was edited")
def overridden_check_cells(path, notebook):
    edited = changed(notebook)
    for cell in edited["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("locked"):
            cell["source"] = "score = 1000.0\nscore"
    write(path, edited)


@repaired("given cell")
def deleted_given_code(path, notebook):
    write(path, changed(notebook, cells=answers(notebook)))


@repaired("Found by their text")
def lost_metadata_and_ids(path, notebook):
    cells = [{key: value for key, value in cell.items() if key != "id"} | {"metadata": {}}
             for cell in notebook["cells"]]
    write(path, changed(notebook, cells=cells, nbformat_minor=2))


@repaired()
def metadata_of_strange_types(path, notebook):
    odd = changed(notebook, metadata=[], nbformat_minor="five")
    for number, cell in enumerate(odd["cells"]):
        cell["metadata"] = [None, [], 5, {"nbgrader": "yes"}, {"nbgrader": {"grade_id": ["sse"]}}][number % 5]
    write(path, odd)


@repaired("Found by their text")
def grade_ids_swapped(path, notebook):
    swapped = changed(notebook)
    first, second = answers(swapped)[:2]
    first["metadata"], second["metadata"] = second["metadata"], first["metadata"]
    write(path, swapped)


@repaired()
def one_id_for_all_cells(path, notebook):
    same = changed(notebook)
    for cell in same["cells"]:
        cell["id"] = "forward-answer"
    write(path, same)


@repaired("no code cell any more")
def answers_retyped_as_text(path, notebook):
    retyped = changed(notebook)
    for cell in answers(retyped):
        cell["cell_type"] = "markdown"
    write(path, retyped)


@repaired("comes 2 times")
def duplicated_answers(path, notebook):
    write(path, changed(notebook, cells=[cell for cell in notebook["cells"] for _ in range(2)]))


@repaired("split")
def split_answers(path, notebook):
    cells = []
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["id"].endswith("-answer") and "\n    return" in text:
            head, _, tail = text.rpartition("\n    return")
            cells += [cell | {"source": head}, cell | {"source": f"    return{tail}", "id": f"{cell['id']}-2"}]
        else:
            cells.append(cell)
    write(path, changed(notebook, cells=cells))


@repaired("another cell")
def answers_moved_to_one_cell(path, notebook):
    text = "\n\n".join("".join(cell["source"]) for cell in answers(notebook))
    cells = [cell for cell in notebook["cells"] if cell not in answers(notebook)]
    write(path, changed(notebook, cells=[*cells, code_cell(text)]))


@repaired()
def cells_in_reverse(path, notebook):
    write(path, changed(notebook, cells=notebook["cells"][::-1]))


@repaired("Not run")
def magics_and_shell_escapes(path, notebook):
    magic = changed(notebook)
    for cell in answers(magic):
        cell["source"] = "%%time\n!rm -rf /\n%matplotlib inline\n" + "".join(cell["source"]) + "\n?print"
    write(path, magic)


@repaired("no text")
def null_bytes_and_half_characters_in_a_cell(path, notebook):
    write(path, changed(notebook, cells=[*notebook["cells"], code_cell("odd = '\0\ud800'")]))


# Zips: builders of (member name or ZipInfo, content)


def zip_link(name: str, target: str) -> zipfile.ZipInfo:
    """Return a member that unpacks as a symbolic link where links are honoured."""
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info


def hostile_zip(path: Path, unit: str, honest: bytes) -> None:
    """Write a zip with one honest notebook and every trick that a zip can hold."""
    file = f"{unit}.ipynb"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"honest/{unit}/{file}", honest)
        for name in (f"../climber/{unit}/{file}", f"/root/{unit}/{file}", f"..\\windows\\{unit}\\{file}",
                     f"C:/drive/{unit}/{file}", f"dots/../../{unit}/{file}", f"double//{unit}/{file}",
                     f"=cmd|calc/{unit}/{file}", f"\x1b[2Jclear/{unit}/{file}", f"new\nline/{unit}/{file}",
                     f"\u202eturned/{unit}/{file}", f"{'long' * 50}/{unit}/{file}", f"{'a/' * 600}{file}"):
            archive.writestr(name, honest)
        archive.writestr(zip_link(f"linker/{unit}/{file}", "passwd"), "/etc/passwd")
        archive.writestr(f"bomber/{unit}/{file}", b"0" * (200 << 20))
        archive.writestr(f"nested_{unit}.zip", b"PK\x05\x06" + bytes(18))
