"""Pictures of handwritten digits: MNIST where its files are, else the small set that scikit-learn ships.

`load()` reads the folder that the environment variable MNIST_DIR names. This module, run with a folder as its
argument, downloads the four files there and checks them. Nothing else here uses the network.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import sys
import urllib.error
import urllib.request
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.course.verdicts import CourseError

ADDRESS = "https://storage.googleapis.com/cvdf-datasets/mnist/"
SIDE = 28  # pixels; 28 * 28 = 784 inputs
CLASSES = 10
SPLIT_SEED, TEST_SHARE = 1, 0.2
# SHA-256 of the uncompressed files: compressed copies of the same data differ from place to place.
CHECKSUMS = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


@dataclass(frozen=True)
class Digits:
    """Training and test pictures.

    name: what a figure calls the data. x_train, x_test: (N, 784) float64 in 0..1, rows of 28 by 28 pixels.
    t_train, t_test: (N,) whole numbers 0..9.
    """

    name: str
    x_train: np.ndarray
    t_train: np.ndarray
    x_test: np.ndarray
    t_test: np.ndarray


def load(folder: str | Path | None = None) -> Digits:
    """Return the digits of `folder`, else of the folder MNIST_DIR, else the small set. Raises CourseError."""
    chosen = folder or os.environ.get("MNIST_DIR")
    return mnist(Path(chosen)) if chosen else small_digits()


def mnist(folder: Path) -> Digits:
    """Return MNIST from its IDX files, plain or gzipped.

    A folder with the test files alone gives these, shuffled and split: their first half is harder than the second.
    """
    test = read_pair(folder, "t10k")
    if any(file_in(folder, name) for name in CHECKSUMS if name.startswith("train")):
        return Digits("MNIST", *read_pair(folder, "train"), *test)
    return shuffled_split("MNIST test set", *test)


def small_digits() -> Digits:
    """Return scikit-learn's 1,797 digits, shuffled and split, each 8 by 8 picture at double size in a 28 by 28 frame.

    MNIST's digits too lie in the middle of such a frame, so that most pixels at the edge are never used.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise CourseError("the small set of digits needs scikit-learn.", fix="Run `pip install scikit-learn`, or set "
                          "MNIST_DIR to a folder with the four files of MNIST.") from None
    pictures, labels = load_digits(return_X_y=True)
    doubled = pictures.reshape(-1, 8, 8).repeat(2, axis=1).repeat(2, axis=2) / 16
    edge = (SIDE - doubled.shape[1]) // 2
    framed = np.pad(doubled, ((0, 0), (edge, edge), (edge, edge)))
    return shuffled_split("scikit-learn's digits", framed.reshape(len(framed), -1), labels)


def shuffled_split(name: str, x: np.ndarray, t: np.ndarray) -> Digits:
    """Return the pictures in a fixed random order, a fifth of them for the test."""
    order = np.random.default_rng(SPLIT_SEED).permutation(len(x))
    train, test = np.split(order, [round(len(x) * (1 - TEST_SHARE))])
    return Digits(name, x[train], t[train], x[test], t[test])


def read_pair(folder: Path, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Return pictures (N, 784) in 0..1 and labels (N,) of one part, "train" or "t10k"."""
    images, labels = read_idx(folder, f"{part}-images-idx3-ubyte"), read_idx(folder, f"{part}-labels-idx1-ubyte")
    if len(images) != len(labels):
        raise CourseError(f"{len(images)} {part} images do not belong to {len(labels)} labels.", str(folder), GET)
    if images.shape[1:] != (SIDE, SIDE):
        raise CourseError(f"the {part} images have {images.shape[1:]} pixels, expected {SIDE} by {SIDE}.",
                          str(folder), GET)
    if labels.max(initial=0) >= CLASSES:
        raise CourseError(f"label {labels.max()} is not a digit.", str(folder), GET)
    return images.reshape(len(images), -1) / 255, labels.astype(np.int64)


def file_in(folder: Path, name: str) -> Path | None:
    """Return the path of a file, plain or gzipped, or None."""
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def read_idx(folder: Path, name: str) -> np.ndarray:
    """Return the array of bytes in an IDX file: (N,) for idx1, (N, rows, columns) for idx3.

    The format: two zero bytes, 8 for unsigned bytes, the number of axes, each length as a big-endian 32-bit integer,
    then the data. Raises CourseError if the file is missing, damaged, too short, too long or of another format.
    """
    path = file_in(folder, name)
    if path is None:
        raise CourseError(f"there is no {name}, with or without .gz.", str(folder), GET)
    raw, axes = unpacked(path), int(name.split("idx")[1][0])
    start = 4 + 4 * axes
    if len(raw) < start or raw[:4] != bytes([0, 0, 8, axes]):
        raise CourseError(f"this is no IDX file of bytes with {axes} axes (it begins with {raw[:4].hex()}).",
                          str(path), GET)
    shape = tuple(int(length) for length in np.frombuffer(raw, ">u4", axes, offset=4))
    wanted = start + int(np.prod(shape, dtype=object))
    if len(raw) != wanted:
        word = "short" if len(raw) < wanted else "long"
        raise CourseError(f"the file is too {word}: {len(raw)} bytes, its header announces {wanted}.", str(path), GET)
    return np.frombuffer(raw, np.uint8, offset=start).reshape(shape)


def unpacked(path: Path) -> bytes:
    """Return the content of a file, unpacked if its name ends in .gz."""
    try:
        return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise CourseError(f"the file cannot be read ({error}).", str(path), GET) from None


def download(folder: Path, address: str = ADDRESS, checksums: dict[str, str] = CHECKSUMS) -> list[Path]:
    """Fetch the files that `folder` lacks, showing the progress, and return their paths.

    A file is written only when its content has the right SHA-256. Raises CourseError.
    """
    from rich.progress import Progress

    folder.mkdir(parents=True, exist_ok=True)
    missing = [name for name in checksums if file_in(folder, name) is None]
    written = []
    with Progress(transient=True) as progress:
        for name in missing:
            packed = fetch(f"{address}{name}.gz", progress)
            written.append(folder / f"{name}.gz")
            keep(packed, written[-1], checksums[name])
    return written


def fetch(address: str, progress) -> bytes:
    """Return the bytes at an address; progress: a rich Progress that gets a bar for them."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            size = int(answer.headers.get("Content-Length") or 0)
            bar, parts = progress.add_task(address.rpartition("/")[2], total=size or None), []
            while part := answer.read(1 << 16):
                parts.append(part)
                progress.advance(bar, len(part))
    except (urllib.error.URLError, OSError) as error:
        raise CourseError(f"the download failed ({error}).", address,
                          "Try again, or put the files into the folder yourself.") from None
    return b"".join(parts)


def keep(packed: bytes, path: Path, checksum: str) -> None:
    """Write a gzipped file if the SHA-256 of what is in it is right."""
    try:
        found = hashlib.sha256(gzip.decompress(packed)).hexdigest()
    except (OSError, EOFError, zlib.error) as error:
        raise CourseError(f"the download is damaged ({error}).", str(path), "Try again.") from None
    if found != checksum:
        raise CourseError(f"the download has SHA-256 {found}, expected {checksum}.", str(path), "Try again.")
    draft = path.with_suffix(".part")
    draft.write_bytes(packed)
    draft.replace(path)


GET = ("Run `python -m autograder.units.u07_numerical_gradient.given FOLDER` to get the four files, "
       "and set MNIST_DIR to that folder.")


def main(arguments: list[str]) -> int:
    """Download MNIST into the folder that is the one argument; return the exit status."""
    if len(arguments) != 1:
        print("Usage: python -m autograder.units.u07_numerical_gradient.given FOLDER", file=sys.stderr)
        return 2
    try:
        written = download(Path(arguments[0]))
        digits = load(arguments[0])
    except CourseError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    print(f"{len(written)} files fetched; {len(digits.x_train)} pictures to train on, {len(digits.x_test)} to test.")
    print(f"Now set MNIST_DIR={Path(arguments[0]).resolve()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
