"""The digits: MNIST files are read or refused with a reason, and without them the small set takes their place."""

import gzip
import hashlib
import struct

import numpy as np
import pytest

from autograder.course.verdicts import CourseError
from autograder.units.u07_numerical_gradient import given as datasets


def idx(array):
    """Return the bytes of an IDX file."""
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


@pytest.fixture
def folder(tmp_path):
    """A folder with four small files: 6 training pictures, plain, and 5 test pictures, gzipped."""
    for part, count, pack in (("train", 6, bytes), ("t10k", 5, gzip.compress)):
        end = "" if pack is bytes else ".gz"
        images = np.arange(count * 784).reshape(count, 28, 28).astype(np.uint8)
        (tmp_path / f"{part}-images-idx3-ubyte{end}").write_bytes(pack(idx(images)))
        (tmp_path / f"{part}-labels-idx1-ubyte{end}").write_bytes(pack(idx(np.arange(count, dtype=np.uint8))))
    return tmp_path


def test_four_files_give_their_own_split(folder, monkeypatch):
    monkeypatch.setenv("MNIST_DIR", str(folder))
    digits = datasets.load()
    assert (digits.name, digits.x_train.shape, digits.x_test.shape) == ("MNIST", (6, 784), (5, 784))
    assert digits.x_train.dtype == np.float64 and digits.x_train.max() == 1.0 and digits.x_train[0, 3] == 3 / 255
    assert digits.t_test.tolist() == [0, 1, 2, 3, 4]


def test_the_test_files_alone_are_shuffled_and_split(folder):
    for path in folder.glob("train-*"):
        path.unlink()
    digits = datasets.load(folder)
    assert len(digits.t_train) == 4 and len(digits.t_test) == 1
    assert sorted([*digits.t_train, *digits.t_test]) == [0, 1, 2, 3, 4]
    assert digits.t_train.tolist() == datasets.load(folder).t_train.tolist() != sorted(digits.t_train)


def test_without_files_the_small_digits_are_used(monkeypatch):
    monkeypatch.delenv("MNIST_DIR", raising=False)
    digits = datasets.load()
    assert digits.x_train.shape == (1438, 784) and digits.x_test.shape == (359, 784)
    assert digits.x_train.min() == 0 and digits.x_train.max() == 1
    assert set(digits.t_train) == set(digits.t_test) == set(range(10))


def break_magic(raw):
    return b"\x00\x00\x0d" + raw[3:]


@pytest.mark.parametrize(("name", "change", "words"), [
    ("train-images-idx3-ubyte", lambda raw: raw[:-1], "too short"),
    ("train-images-idx3-ubyte", lambda raw: raw + b"x", "too long"),
    ("train-images-idx3-ubyte", lambda raw: b"", "no IDX file"),
    ("train-images-idx3-ubyte", break_magic, "no IDX file"),
    ("train-labels-idx1-ubyte", lambda raw: idx(np.arange(5, dtype=np.uint8)), "do not belong"),
    ("train-labels-idx1-ubyte", lambda raw: raw[:-1] + b"\x0a", "not a digit"),
    ("train-images-idx3-ubyte", lambda raw: idx(np.zeros((6, 8, 8), np.uint8)), "28 by 28"),
    ("t10k-images-idx3-ubyte.gz", lambda raw: raw[:-20], "cannot be read"),
    ("t10k-images-idx3-ubyte.gz", lambda raw: b"not gzip", "cannot be read"),
])
def test_a_damaged_file_is_named_with_a_reason(folder, name, change, words):
    path = folder / name
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(CourseError, match=words) as error:
        datasets.load(folder)
    assert error.value.fix


def test_a_missing_file_is_named(folder):
    (folder / "train-labels-idx1-ubyte").unlink()
    with pytest.raises(CourseError, match="no train-labels-idx1-ubyte"):
        datasets.load(folder)


def test_a_download_is_kept_only_with_the_right_checksum(folder, tmp_path):
    name, target = "t10k-labels-idx1-ubyte", tmp_path / "new"
    right = hashlib.sha256(gzip.decompress((folder / f"{name}.gz").read_bytes())).hexdigest()
    with pytest.raises(CourseError, match="SHA-256"):
        datasets.download(target, f"{folder.as_uri()}/", {name: "0" * 64})
    assert list(target.iterdir()) == []
    assert datasets.download(target, f"{folder.as_uri()}/", {name: right}) == [target / f"{name}.gz"]
    assert datasets.download(target, f"{folder.as_uri()}/", {name: right}) == []


def test_a_failed_download_says_so(tmp_path):
    with pytest.raises(CourseError, match="download failed"):
        datasets.download(tmp_path / "new", f"{tmp_path.as_uri()}/nowhere/", {"t10k-labels-idx1-ubyte": ""})
