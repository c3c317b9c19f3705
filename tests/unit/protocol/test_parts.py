"""Frames that come in parts."""

from __future__ import annotations

import struct

import pytest

from sundog.errors import ProtocolError
from sundog.protocol.codec import decode_binary, encode_batch
from sundog.protocol.message import Outgoing
from sundog.protocol.parts import Assembly, encode_part, is_part

BINARY = b"\0\0\0\7[0,1,[]" + bytes(range(100))


def parts_of(whole: str | bytes, size: int) -> list[bytes]:
    length = len(whole.encode() if isinstance(whole, str) else whole)
    return [encode_part(whole=whole, offset=at, size=size) for at in range(0, length, size)]


@pytest.mark.parametrize("whole", [BINARY, '[0,1,[["msg","c",{"é":"🐕"}]]]'])
@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_a_frame_comes_out_as_it_was(whole: str | bytes, size: int) -> None:
    assembly = Assembly(1000)
    for _ in range(2):
        *first, last = parts_of(whole, size)
        for part in first:
            assert is_part(part)
            assert assembly.take(part) is None
        assert assembly.take(last) == whole
        assert assembly.received == 0


def test_a_batch_is_no_part() -> None:
    batch = encode_batch(0, 1, [Outgoing(b'["msg","c",{}]', (b"x",), None)])
    assert isinstance(batch, bytes)
    assert not is_part(batch)


def test_the_buffers_of_a_batch_in_parts_are_not_copied() -> None:
    data = bytearray(struct.pack(">I", 28) + b'[0,1,[["msg","c",{}]],[[3]]]' + b"abc")
    _, [[buffer]] = decode_binary(data)
    data[-1] = ord("d")
    assert bytes(buffer) == b"abd"
    # The buffers of a frame that came whole are a private copy: its bytes can't be written.
    _, [[buffer]] = decode_binary(bytes(data))
    assert not buffer.readonly


def test_what_was_received_is_counted_not_what_was_announced() -> None:
    assembly = Assembly(1 << 30)
    assembly.take(encode_part(whole=bytes(1000), offset=0, size=10))
    assert assembly.received == 10


def header(kind: int = 2, length: int = 10, offset: int = 0) -> bytes:
    return struct.pack(">IBII", 0, kind, length, offset)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([bytes(4)], 1007),
        ([header()], 1007),
        ([header(kind=0) + b"x"], 1007),
        ([header(kind=3) + b"x"], 1007),
        ([header(length=0) + b"x"], 1007),
        ([header() + bytes(11)], 1007),
        ([header(offset=5) + b"x"], 1007),
        ([header(length=101) + b"x"], 1009),
        ([header(length=2**32 - 1) + b"x"], 1009),
        ([header() + b"x", header() + b"x"], 1007),
        ([header() + b"x", header(offset=2) + b"x"], 1007),
        ([header() + b"x", header(length=11, offset=1) + b"x"], 1007),
        ([header() + b"x", header(kind=1, offset=1) + b"x"], 1007),
        ([header(kind=1, length=1) + b"\xff"], 1007),
    ],
)
def test_what_does_not_fit_is_refused(parts: list[bytes], code: int) -> None:
    assembly = Assembly(100)
    *good, bad = parts
    for part in good:
        assembly.take(part)
    with pytest.raises(ProtocolError) as caught:
        assembly.take(bad)
    assert caught.value.code == code
