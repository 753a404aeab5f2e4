"""Files that are no notebook: which are surely nobody's answer, and which may be somebody's work."""

from __future__ import annotations

from pathlib import PurePosixPath

# Written by an editor, a system or the course's own tools, whatever is in it.
OF_SYSTEMS = frozenset(["__MACOSX", "Thumbs.db", "desktop.ini", ".DS_Store", ".git", ".gitignore", ".gitattributes",
                        ".github", ".vscode", ".idea", ".ipynb_checkpoints", ".cache", ".venv", ".virtual_documents",
                        ".pytest_cache", ".Trash", ".jupyter", ".local", ".config", "__pycache__", ".progress"])
APPLE_DOUBLE = "._"  # what macOS writes beside a file where it cannot keep its attributes
# Beside a notebook these are its data, its pictures or notes about it; alone they may be all that somebody handed in.
BESIDE = frozenset([".bmp", ".cfg", ".css", ".csv", ".dat", ".gif", ".ico", ".ini", ".jpeg", ".jpg", ".js", ".json",
                    ".lock", ".log", ".md", ".npy", ".npz", ".ods", ".pkl", ".png", ".pyc", ".svg", ".toml", ".tsv",
                    ".txt", ".webp", ".xls", ".xlsx", ".xml", ".yaml", ".yml"])
# What instructors and systems keep beside the submissions.
NOBODYS = frozenset([".csv", ".db", ".json", ".log", ".md", ".ods", ".toml", ".txt", ".xls", ".xlsx", ".yaml", ".yml"])
PAGES = frozenset(["index.html", "index.htm"])  # D2L puts one beside the folders
# What a copy of the course has of its own; students work in exercises/ alone.
OF_A_REPOSITORY = frozenset(["autograder", "book", "extras", "benchmarks", "tests", "Makefile", "LICENSE",
                             "README.md", "requirements.txt", "pyproject.toml", "CONTRIBUTING.md"])


def is_of_a_system(path: str) -> bool:
    """Return whether a file was written by a system or an editor for itself."""
    return any(part in OF_SYSTEMS or part.startswith(APPLE_DOUBLE) for part in path.split("/"))


def is_hidden(path: str) -> bool:
    """Return whether a part of a path hides a file, rather than leading out of its folder."""
    return any(part.startswith(".") and not part.startswith("..") for part in path.split("/"))


def is_aside(path: str) -> bool:
    """Return whether a folder is a system's or hidden, so that it is no student's."""
    return is_of_a_system(path) or is_hidden(path)


def is_of_the_repository(path: str) -> bool:
    """Return whether a file in a copy of the course is the course's own."""
    return path.partition("/")[0] in OF_A_REPOSITORY


def belongs_beside(path: str) -> bool:
    """Return whether a file is data, a picture or a note if it lies beside a notebook."""
    return PurePosixPath(path).suffix.lower() in BESIDE


def is_kept_beside(name: str) -> bool:
    """Return whether a file that no student owns is an instructor's or a system's."""
    return name in PAGES or PurePosixPath(name).suffix.lower() in NOBODYS
