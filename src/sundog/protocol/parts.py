"""Frames that a page sends in parts, so that pings pass between them on a slow connection.

A part is a binary frame that starts with four zero bytes, where a batch has the length of its
header, which is never zero. The format is specified in ``docs/protocol.md``.
"""

from __future__ import annotations

import struct
from typing import Final

from sundog.errors import ProtocolError

INVALID_DATA: Final = 1007
TOO_LARGE: Final = 1009

# The largest part that pages should send.
PART_BYTES: Final = 64 << 10

_MARK: Final = bytes(4)
# Zeros, the kind of the whole frame, its length, and the offset of the part.
_HEADER: Final = struct.Struct(">IBII")
_TEXT: Final = 1
_BINARY: Final = 2


def is_part(frame: bytes) -> bool:
    """Return whether a binary frame is a part of another one."""
    return frame.startswith(_MARK)


def encode_part(*, whole: str | bytes, offset: int, size: int) -> bytes:
    """Return the part of a frame at an offset, with up to `size` bytes."""
    kind = _TEXT if isinstance(whole, str) else _BINARY
    data = whole.encode() if isinstance(whole, str) else whole
    return _HEADER.pack(0, kind, len(data), offset) + data[offset : offset + size]


class Assembly:
    """Joins the parts of one page's frames, one frame at a time.

    Holds only bytes that have arrived, not the announced length.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._kind = 0
        self._length = 0
        self._data = bytearray()

    @property
    def received(self) -> int:
        """The number of bytes of an unfinished frame."""
        return len(self._data)

    def take(self, part: bytes) -> str | bytearray | None:
        """Add a part. Return the whole frame with its last part, and None before.

        Raises `ProtocolError` for a part that does not continue the previous ones, and for a frame
        that is too large.
        """
        if len(part) < _HEADER.size:
            raise ProtocolError("a part shorter than its header", INVALID_DATA)
        _, kind, length, offset = _HEADER.unpack_from(part)
        if offset == 0 and not self._data:
            if length > self._max_bytes:
                raise ProtocolError("a frame in parts over the limit", TOO_LARGE)
            self._kind, self._length = kind, length
        if (kind, length, offset) != (self._kind, self._length, len(self._data)):
            raise ProtocolError("a part that does not continue its frame", INVALID_DATA)
        data = memoryview(part)[_HEADER.size :]
        if kind not in (_TEXT, _BINARY) or not data or offset + len(data) > length:
            raise ProtocolError("a part that does not fit its frame", INVALID_DATA)
        self._data += data
        if len(self._data) < length:
            return None
        whole, self._data = self._data, bytearray()
        if kind == _BINARY:
            return whole
        try:
            return whole.decode()
        except UnicodeDecodeError as error:
            raise ProtocolError("a text frame that is not UTF-8", INVALID_DATA) from error
