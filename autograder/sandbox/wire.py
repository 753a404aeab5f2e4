"""The wire between judge and worker: values only, exact types, sizes checked before allocation.

A frame is two big-endian lengths, a JSON header, and the .npy parts that the header announces. In the
header None, bool, int, finite float and text are themselves; everything else is a list that begins
with its kind. Judge and worker use this same file, so it imports nothing but numpy and the standard
library. Whatever a hostile peer sends, `receive` returns a plain value or raises WireError.
"""

from __future__ import annotations

import gc
import json
import math
import struct
from dataclasses import dataclass
from functools import lru_cache, wraps
from io import BytesIO

import numpy as np

LENGTHS = struct.Struct("!II")
HEADER_BYTES = 1 << 20
PARTS_BYTES = 64 << 20
LARGE = 1 << 20  # bytes of an array from which a copy costs more than its care
ALIGNMENT = 16   # of what any dtype needs
DEPTH = 32
COUNT = 100_000
DIMENSIONS = 32
INTEGER = 1 << 63

# Every allowed dtype is in this table: plain numbers, native order. No other text becomes a dtype, so
# neither objects nor pickles can be asked for.
DTYPES = {code: np.dtype(code) for code in (np.dtype(letter).str for letter in "?bhilqBHILQefdgFDG")}
SCALARS = frozenset(np.dtype(code).type for code in "?bhilqBHILQefdgFDG")
# Of complex numbers and long doubles any number have one hash: looking such keys up takes the square of their number.
KEYS = frozenset(np.dtype(code).type for code in "?bhilqBHILQefd") | {type(None), bool, int, float, str}
WANTED = "a number, text, an ordinary array of numbers, a list, a tuple or a dictionary"


class WireError(Exception):
    """A value that may not cross, with one of the reasons bad-type, too-large and protocol."""

    def __init__(self, reason: str, message: str):
        super().__init__(message)
        self.reason, self.message = reason, message


@dataclass(frozen=True)
class Handle:
    """An object of the worker: the number that the worker gave it, or its top-level name."""

    key: int | str


@dataclass(frozen=True)
class Callback:
    """A function of the judge, which the worker may ask for."""

    number: int


def uncollected(function):
    """Return a function that runs without the garbage collector.

    A large value is many lists and no garbage; collections between them would take most of the time.
    """
    @wraps(function)
    def run(*arguments, **keywords):
        enabled = gc.isenabled()
        gc.disable()
        try:
            return function(*arguments, **keywords)
        finally:
            if enabled:
                gc.enable()
    return run


@uncollected
def encode(value, replace=None) -> bytes:
    """Return the frame of a value. Raises WireError (bad-type, too-large).

    replace: receives each object of a type that may not cross; returns a Handle, a Callback or None.
    """
    writer = _Writer(replace)
    header = ENCODER.encode(writer.node(value, 0)).encode()
    if len(header) > HEADER_BYTES:
        raise WireError("too-large", f"more than {HEADER_BYTES >> 20} MiB of text and numbers outside arrays")
    return b"".join([LENGTHS.pack(len(header), writer.size), header, *writer.parts])


def receive(read):
    """Return the next value. read(n): returns exactly n bytes. Raises WireError (protocol)."""
    header_bytes, parts_bytes = LENGTHS.unpack(read(LENGTHS.size))
    _require(header_bytes <= HEADER_BYTES and parts_bytes <= PARTS_BYTES, "a frame that is too long")
    return decode(bytes(read(header_bytes)), read(parts_bytes))


@uncollected
def decode(header: bytes, parts):
    """Return the value of a header and its parts (bytes-like). Raises WireError (protocol)."""
    reader = _Reader(memoryview(parts))
    try:
        value = reader.value(DECODER.decode(header.decode()), 0)
    except (ValueError, RecursionError) as error:
        raise WireError("protocol", f"a header that is not of the protocol: {error}"[:200]) from None
    _require(reader.used == len(parts), "bytes after the last part")
    return value


class _Writer:
    """Turns one value into the nodes of a header and its parts."""

    def __init__(self, replace):
        self.replace, self.parts, self.size, self.count = replace, [], 0, 0

    def node(self, item, depth):
        self.count += 1
        if depth > DEPTH or self.count > COUNT:
            raise WireError("too-large", f"more than {COUNT} items, or lists nested more than {DEPTH} deep")
        kind = type(item)
        if item is None or kind is bool:
            return item
        if kind in WRITERS:
            return WRITERS[kind](self, item, depth)
        substitute = self.replace(item) if self.replace else None
        if type(substitute) not in WRITERS:
            raise WireError("bad-type", f"an object of type {kind.__name__}, where {WANTED} is expected")
        return self.node(substitute, depth)

    def integer(self, item, depth):
        if not -INTEGER <= item < INTEGER:
            raise WireError("too-large", "an integer of more than 63 bits")
        return item

    def float(self, item, depth):
        return item if math.isfinite(item) else ["float", repr(item)]

    def complex(self, item, depth):
        return ["complex", repr(item.real), repr(item.imag)]

    def text(self, item, depth):
        if not _is_text(item):
            raise WireError("bad-type", "text that is not valid Unicode")
        return item

    def sequence(self, item, depth):
        return [type(item).__name__, [self.node(inner, depth + 1) for inner in item]]

    def dict(self, item, depth):
        if not all(type(key) in KEYS for key in item):
            raise WireError("bad-type", "a dict whose keys are not plain numbers or text")
        return ["dict", [[self.node(key, depth + 1), self.node(inner, depth + 1)]
                         for key, inner in item.items()]]

    def array(self, item, depth):
        dtype = item.dtype.newbyteorder("=")
        if dtype.str not in DTYPES:
            kind, advice = ((f"dtype {item.dtype.name}", "") if not item.dtype.hasobject else
                            ("Python objects (dtype object)", "; np.array(result.tolist(), dtype=float) may help"))
            raise WireError("bad-type", f"a numpy array of {kind}, where {WANTED} is expected{advice}")
        header = _npy_header(dtype.str, item.shape)
        size = len(header) + item.nbytes
        self.size += size
        if item.ndim > DIMENSIONS or self.size > PARTS_BYTES or max(item.shape, default=0) > PARTS_BYTES:
            raise WireError("too-large", f"arrays of more than {PARTS_BYTES >> 20} MiB together")
        data = item.astype(dtype, order="C", copy=False)
        self.parts += [header, data if size > LARGE else data.tobytes()]
        return ["array" if type(item) is np.ndarray else "scalar", dtype.str, list(item.shape), size]

    def handle(self, item, depth):
        return ["handle", item.key]

    def callback(self, item, depth):
        return ["callback", item.number]


WRITERS = dict.fromkeys(SCALARS | {np.ndarray}, _Writer.array) | {
    int: _Writer.integer, float: _Writer.float, complex: _Writer.complex, str: _Writer.text,
    list: _Writer.sequence, tuple: _Writer.sequence, dict: _Writer.dict,
    Handle: _Writer.handle, Callback: _Writer.callback,
}


class _Reader:
    """Turns the nodes of a header back into one value; believes nothing."""

    def __init__(self, parts: memoryview):
        self.parts, self.used, self.count = parts, 0, 0

    def value(self, node, depth):
        self.count += 1
        _require(depth <= DEPTH and self.count <= COUNT, "too deep or too many items")
        kind = type(node)
        if node is None or kind is bool or kind is float:
            return node
        if kind is int:
            _require(-INTEGER <= node < INTEGER, "an integer of more than 63 bits")
            return node
        if kind is str:
            _require(_is_text(node), "text that is not Unicode")
            return node
        _require(kind is list and len(node) > 1 and type(node[0]) is str, "a node without a kind")
        read = READERS.get((node[0], len(node)))
        _require(read is not None, "a node of unknown kind")
        return read(self, depth, *node[1:])

    def list(self, depth, nodes):
        _require(type(nodes) is list, "items that are no list")
        return [self.value(node, depth + 1) for node in nodes]

    def tuple(self, depth, nodes):
        return tuple(self.list(depth, nodes))

    def dict(self, depth, pairs):
        _require(type(pairs) is list, "a dict that is no list")
        result = {}
        for pair in pairs:
            _require(type(pair) is list and len(pair) == 2, "a dict that is no list of pairs")
            key = self.value(pair[0], depth + 1)
            _require(type(key) in KEYS and key not in result, "a bad key or a key twice")
            result[key] = self.value(pair[1], depth + 1)
        return result

    def float(self, depth, text):
        _require(text in ("nan", "inf", "-inf"), "an unknown float")
        return float(text)

    def complex(self, depth, *texts):
        _require(all(type(text) is str and len(text) <= 32 for text in texts), "a bad complex number")
        return complex(*map(float, texts))

    def array(self, depth, code, shape, size):
        _require(type(code) is str and code in DTYPES, "an unknown dtype")
        _require(type(shape) is list and len(shape) <= DIMENSIONS, "a shape that is no short list")
        _require(all(type(length) is int and 0 <= length <= PARTS_BYTES for length in shape), "a bad length")
        # Expecting the very header that numpy writes leaves no header of the peer's to parse.
        header = _npy_header(code, tuple(shape))
        start, end = self.used + len(header), self.used + size if type(size) is int else -1
        _require(end == start + math.prod(shape) * DTYPES[code].itemsize, "not shape times itemsize bytes")
        _require(end <= len(self.parts), "a part beyond the frame")
        _require(self.parts[self.used:start] == header, "a part that is no such .npy file")
        self.used = end
        part = self.parts[start:end]
        in_place = len(part) > LARGE and code != "|b1" and not part.readonly and start % ALIGNMENT == 0
        payload = part if in_place else bytearray(part)
        # A "bool" of another byte would be true, yet equal to nothing.
        _require(code != "|b1" or not payload.strip(b"\0\1"), "a bool that is neither 0 nor 1")
        return np.ndarray(tuple(shape), DTYPES[code], payload)

    def scalar(self, depth, code, shape, size):
        _require(shape == [], "a scalar with a shape")
        return self.array(depth, code, shape, size)[()]

    def handle(self, depth, key):
        _require(type(key) in (int, str), "a handle with a bad key")
        return Handle(key)

    def callback(self, depth, number):
        _require(type(number) is int, "a callback with a bad number")
        return Callback(number)


READERS = {
    ("list", 2): _Reader.list, ("tuple", 2): _Reader.tuple, ("dict", 2): _Reader.dict,
    ("float", 2): _Reader.float, ("complex", 3): _Reader.complex,
    ("array", 4): _Reader.array, ("scalar", 4): _Reader.scalar,
    ("handle", 2): _Reader.handle, ("callback", 2): _Reader.callback,
}


def _require(condition: bool, what: str) -> None:
    """Raise WireError unless the condition holds."""
    if not condition:
        raise WireError("protocol", what)


def _is_text(text: str) -> bool:
    """Tell whether text has no lone surrogate: such text cannot be written to a file."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _refuse_constant(name):
    """NaN and the infinities have a kind of their own; as bare constants they are not JSON."""
    raise ValueError(f"the constant {name}")


@lru_cache(maxsize=256)
def _npy_header(code: str, shape: tuple) -> bytes:
    """Return the .npy header that numpy itself writes for this dtype and shape."""
    header = BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": code, "fortran_order": False, "shape": shape})
    return header.getvalue()


ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
