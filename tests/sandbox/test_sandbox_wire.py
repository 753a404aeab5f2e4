"""The wire: every allowed value comes back as it was; everything else is refused with a reason."""

import gc
import json
import os
from collections import OrderedDict
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.sandbox import wire
from autograder.sandbox.wire import LENGTHS, Callback, Handle, WireError

FUZZ = settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES", "200")), deadline=None, database=None)


def there_and_back(value):
    return wire.receive(BytesIO(wire.encode(value)).read)


def frame(header, parts=b""):
    header = header if isinstance(header, bytes) else json.dumps(header).encode()
    return LENGTHS.pack(len(header), len(parts)) + header + parts


def received(data):
    return wire.receive(Exact(data))


class Exact:
    """Reads exactly n bytes, or fails the test: nobody may ask for more than was sent."""

    def __init__(self, data):
        self.stream = BytesIO(data)

    def __call__(self, size):
        data = self.stream.read(size)
        if len(data) != size:
            raise EOFError
        return data


VALUES = [
    None, True, False, 0, -(2**63), 2**63 - 1, 0.1, -0.0, 5e-324, float("inf"), float("-inf"), 1 - 2j,
    complex("inf"), "", "täxt \x00 日本", [], [1, [2.0, "a"]], (), (1, (None,)), {},
    {"W": 1, 2: [3], 0.5: None, True: 2}, Handle(3), Handle("sse"), Callback(0),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_plain_value_comes_back_with_its_exact_type(value):
    back = there_and_back(value)
    assert repr(back) == repr(value)
    assert type(back) is type(value)


def test_nan_comes_back_as_nan():
    assert repr(there_and_back([float("nan"), complex(0, float("nan"))])) == "[nan, nanj]"


def test_an_array_of_python_objects_is_refused_with_what_to_do():
    with pytest.raises(wire.WireError) as caught:
        wire.encode(np.array([1.0, 2.0], object))
    assert "Python objects (dtype object)" in caught.value.message
    assert "np.array(result.tolist(), dtype=float)" in caught.value.message


@pytest.mark.parametrize("code", "?bhilqBHILQefdgFDG")
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 4), (1, 1, 1)])
def test_an_array_comes_back_with_dtype_shape_and_bytes(code, shape):
    array = (np.arange(np.prod(shape, dtype=int)) % 2).reshape(shape).astype(code)
    back = there_and_back(array)
    assert type(back) is np.ndarray
    assert back.dtype == array.dtype
    assert back.shape == shape
    assert back.tobytes() == array.tobytes()
    assert back.flags.writeable


@pytest.mark.parametrize("first", [0, 3], ids=["in place", "after three bytes"])
def test_large_arrays_of_one_frame_come_back_apart_and_can_be_written(first):
    grid = np.arange(400.0 * 400).reshape(400, 400)
    sent = [np.ones(first, np.uint8), grid, grid.T, np.arange(1 << 21, dtype=np.uint8), np.ones(1 << 21, bool)]
    stream = BytesIO(wire.encode(sent))
    back = wire.receive(lambda size: bytearray(stream.read(size)))
    assert all(map(np.array_equal, sent, back))
    assert all(array.flags.c_contiguous and array.flags.aligned for array in back)
    for number, array in enumerate(back):
        array[...] = number
    assert [set(array.flat) for array in back[1:]] == [{1.0}, {2.0}, {3}, {True}]


@pytest.mark.parametrize("code", "?bhilqBHILQefdgFDG")
def test_a_numpy_scalar_comes_back_as_a_scalar_of_its_type(code):
    value = np.dtype(code).type(1)
    back = there_and_back(value)
    assert isinstance(back, np.generic)
    assert back.dtype == value.dtype
    assert back == value


def test_transposed_strided_and_foreign_endian_arrays_keep_their_values():
    array = np.arange(24.0).reshape(4, 6)
    for odd in (array.T, array[::2, ::3], array[::-1], array.astype(">f4")):
        np.testing.assert_array_equal(there_and_back(odd), odd)


class Sneaky(float):
    pass


class Loud(np.ndarray):
    pass


REFUSED = [
    (Sneaky(1.0), "bad-type"), (OrderedDict(), "bad-type"), (np.zeros(2).view(Loud), "bad-type"),
    (np.ma.array([1]), "bad-type"), (np.array([None]), "bad-type"), (np.array(["a"]), "bad-type"),
    (np.zeros(1, "M8[s]"), "bad-type"), (np.zeros(1, [("a", "f8")]), "bad-type"), ({1, 2}, "bad-type"),
    (b"bytes", "bad-type"), (object(), "bad-type"), (len, "bad-type"), ({(1,): 2}, "bad-type"), ("\ud800", "bad-type"),
    (range(3), "bad-type"), (2**63, "too-large"), (-(2**63) - 1, "too-large"), ("a" * (1 << 20), "too-large"),
    ([0] * 100_001, "too-large"), (np.zeros(1 << 23), "too-large"), ([np.zeros(1 << 22)] * 3, "too-large"),
]


@pytest.mark.parametrize(("value", "reason"), REFUSED, ids=lambda item: str(item)[:20])
def test_any_other_value_is_refused_before_it_is_sent(value, reason):
    with pytest.raises(WireError) as refused:
        wire.encode([value])
    assert refused.value.reason == reason


def test_a_list_in_itself_is_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(WireError, match="nested"):
        wire.encode(endless)


@pytest.mark.parametrize("enabled", [True, False])
def test_the_garbage_collector_is_after_a_value_what_it_was_before(enabled):
    during = []
    (gc.enable if enabled else gc.disable)()
    try:
        assert there_and_back([[], []]) == [[], []]
        with pytest.raises(WireError):
            wire.encode([object()], lambda item: during.append(gc.isenabled()))
        with pytest.raises(WireError):
            wire.decode(b"[", b"")
        assert gc.isenabled() is enabled
    finally:
        gc.enable()
    assert during == [False]


def test_replace_turns_foreign_objects_into_handles():
    assert received(wire.encode([len], lambda item: Handle(7))) == [Handle(7)]


@pytest.mark.parametrize("lengths", [(wire.HEADER_BYTES + 1, 0), (2, wire.PARTS_BYTES + 1), (2**32 - 1, 2**32 - 1)])
def test_too_long_a_frame_is_refused_before_it_is_read(lengths):
    with pytest.raises(WireError, match="too long"):
        received(LENGTHS.pack(*lengths))


NPY = wire.encode(np.arange(2.0))[LENGTHS.size + len('["array","<f8",[2],144]'):]
FORGED = [
    b"", b"{}", b"\xff", b"NaN", b"Infinity", b"[1", b'["list"]', b"[]", b"[[]]", b'{"a":1}',
    b"9" * 5000, b"[" * 100_000,
    ["list", 3], ["list", [[]]], ["bytes", "a"], ["float", "1"], ["float", ["nan"]], ["complex", "1"],
    ["complex", "1", "x" * 40], ["complex", 1, 2], ["dict", [[1]]], ["dict", [[1, 2], [1, 3]]],
    ["dict", [[["list", []], 1]]], ["dict", 3], ["handle", 1.5], ["callback", "a"], ["tuple", None], 2**63, "\ud800",
    ["list", [1] * 100_001],
]


@pytest.mark.parametrize("header", FORGED, ids=lambda item: str(item)[:20])
def test_a_forged_header_is_a_protocol_error(header):
    with pytest.raises(WireError) as refused:
        received(frame(header))
    assert refused.value.reason == "protocol"


FORGED_ARRAYS = [
    ["array", "<f8", [2], 143], ["array", "<f8", [3], 144], ["array", "<f8", [2, 0], 144], ["array", "|O", [2], 144],
    ["array", "O", [2], 144], ["array", "<f4", [4], 144], ["array", "<i8", [2], 144], ["array", "<f8", [-2], 144],
    ["array", "<f8", [2.0], 144], ["array", "<f8", [True, 2], 144], ["array", "<f8", 2, 144],
    ["array", "<f8", [2], "144"],
    ["array", ["<f8"], [2], 144], ["array", "f8,f8", [1], 144], ["array", "<f8", [2] + [1] * 40, 144],
    ["array", "<f8", [2**26] * 32, 144], ["array", "<f8", [2**62, 2**62], 144], ["scalar", "<f8", [2], 144],
    ["list", [["array", "<f8", [2], 144]] * 2], ["list", []], None,
]


@pytest.mark.parametrize("node", FORGED_ARRAYS, ids=lambda item: str(item)[:40])
def test_an_array_whose_part_does_not_fit_is_a_protocol_error(node):
    assert received(frame(["array", "<f8", [2], 144], NPY)).tolist() == [0.0, 1.0]
    with pytest.raises(WireError) as refused:
        received(frame(node, NPY))
    assert refused.value.reason == "protocol"


def test_a_part_with_another_npy_header_is_a_protocol_error():
    other = NPY.replace(b"<f8", b"|O8")
    with pytest.raises(WireError, match="no such"):
        received(frame(["array", "<f8", [2], 144], other))


def test_a_bool_of_another_byte_is_a_protocol_error():
    good = wire.encode(np.array([True]))
    with pytest.raises(WireError, match="bool"):
        received(good[:-1] + b"\x02")


@FUZZ
@given(st.binary(max_size=300))
def test_random_bytes_give_a_wire_error_or_end_early(data):
    try:
        received(data)
    except (WireError, EOFError):
        return


NODES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
    | st.sampled_from(["array", "scalar", "list", "dict", "<f8", "nan"]),
    lambda inner: st.lists(inner, max_size=5) | st.tuples(st.sampled_from(
        ["list", "tuple", "dict", "float", "complex", "array", "scalar", "handle", "callback"]), inner).map(list),
    max_leaves=20)


@FUZZ
@given(NODES, st.binary(max_size=200))
def test_random_json_gives_a_plain_value_or_a_wire_error(node, parts):
    try:
        value = received(frame(json.dumps(node).encode(), parts))
    except WireError as error:
        assert error.reason == "protocol"
        return
    wire.encode(value)


@FUZZ
@given(st.data())
def test_a_damaged_frame_gives_a_plain_value_or_a_wire_error(data):
    good = bytearray(wire.encode({"reply": "value", "value": [np.arange(3.0), (1.5, "a"), np.float32(2)]}))
    for _ in range(data.draw(st.integers(1, 3))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    try:
        wire.encode(received(bytes(good)))
    except (WireError, EOFError):
        return


@pytest.mark.parametrize("key", [np.complex128(1j), np.complex64(1j), np.longdouble(1)])
def test_no_key_is_of_a_kind_of_which_many_have_one_hash(key):
    with pytest.raises(wire.WireError) as here:
        wire.encode({key: 1})
    assert here.value.reason == "bad-type"
    frame = wire.encode([key])
    header, parts = frame[8:8 + int.from_bytes(frame[:4])], frame[8 + int.from_bytes(frame[:4]):]
    node = json.loads(header)[1][0]
    with pytest.raises(wire.WireError, match="a bad key"):
        wire.decode(json.dumps(["dict", [[node, 1]]]).encode(), parts)
