"""Decodes frames to messages and encodes them. Checks the types and sizes of all input.

The format is specified in ``docs/protocol.md``; JSON is RFC 8259.
"""

from __future__ import annotations

import datetime
import numbers
import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from sundog.errors import ProtocolError
from sundog.protocol.message import Outgoing, PageBatch, PageControl

UNSUPPORTED_DATA = 1003
INVALID_DATA = 1007
TOO_LARGE = 1009

# Larger values belong in buffers, which need no parsing.
MAX_JSON_BYTES = 16 << 20

_HEADER_LENGTH = struct.Struct(">I")
# Matches any escape, so that none is found inside another; the group is a lone surrogate.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)",
    re.DOTALL,
)
_batch_decoder = msgspec.json.Decoder(PageBatch)
_control_decoder = msgspec.json.Decoder(PageControl)


# The encoder handles these as values, and asks only if one is the key of a dict.
_NEVER_KEYS = (tuple, list, dict, set, frozenset)


def _to_json(value: object) -> object:
    """Convert types that JSON does not have as Jupyter does: numbers, mappings, iterables."""
    if type(value) in _NEVER_KEYS:
        raise TypeError(f"{value!r} can't be a key in JSON")
    if value is None:
        return "null"
    if isinstance(value, bool):
        # The key that `json.dumps` would write.
        return "true" if value else "false"
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    tolist = getattr(value, "tolist", None)
    if tolist is not None:
        return tolist()
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"{type(value).__module__}.{type(value).__qualname__} can't be sent as JSON")


_encoder = msgspec.json.Encoder(enc_hook=_to_json)


def encode_message(
    *parts: object,
    buffers: Sequence[Any] | None = None,
    subject: tuple[str, ...] | None = None,
) -> Outgoing:
    """Encode a message for the pages. Copies the buffers, so they may change afterwards.

    Characters that UTF-8 can't represent (lone surrogates, as in some file names) become question
    marks. Raises `TypeError` for a value that JSON can't represent.
    """
    try:
        text = _encoder.encode(parts)
    except UnicodeEncodeError:
        text = _encoder.encode(_well_formed(parts))
    except RecursionError:
        raise TypeError(
            "a value that holds itself, or is too deep, can't be sent as JSON"
        ) from None
    if not buffers:
        return Outgoing(text, (), subject)
    return Outgoing(text, tuple(map(_to_bytes, buffers)), subject)


def _well_formed(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, Mapping):
        return {_well_formed(key): _well_formed(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_well_formed(item) for item in value]
    return value


def _to_bytes(buffer: object) -> bytes:
    return buffer if isinstance(buffer, bytes) else memoryview(buffer).tobytes()  # type: ignore[arg-type]


def encode_json(value: object) -> bytes:
    """Encode a value as `encode_message` does. Raises `TypeError` if JSON can't represent it."""
    return encode_message(value).text[1:-1]


def decode_json(content: bytes) -> Any:
    """Decode the result of `encode_json`."""
    return msgspec.json.decode(content)


def encode_control(message: Mapping[str, object]) -> str:
    """Encode a control message."""
    return _encoder.encode(message).decode()


def encode_batch(ack: int, first: int, messages: Sequence[Outgoing]) -> str | bytes:
    """Combine messages into one frame: text, or binary if a message has buffers."""
    body = b"[%d,%d,[%s]" % (ack, first, b",".join([message.text for message in messages]))
    if not any(message.buffers for message in messages):
        return (body + b"]").decode()
    lengths = _encoder.encode([[len(b) for b in message.buffers] for message in messages])
    header = b"%s,%s]" % (body, lengths)
    parts = [_HEADER_LENGTH.pack(len(header)), header]
    for message in messages:
        parts.extend(message.buffers)
    return b"".join(parts)


def decode_text(frame: str) -> PageBatch | PageControl:
    """Decode a text frame of a page: a batch without buffers, or a control message.

    Raises `ProtocolError` if the frame violates the protocol.
    """
    if len(frame) > MAX_JSON_BYTES:
        raise ProtocolError("more JSON than one frame may have", TOO_LARGE)
    if frame.startswith("{"):
        control: PageControl = _decode(_control_decoder, frame)
        return control
    batch: PageBatch = _decode(_batch_decoder, frame)
    if batch.lengths is not None and any(batch.lengths):
        raise ProtocolError("a text frame has no buffers", INVALID_DATA)
    return batch


def decode_binary(frame: bytes | bytearray) -> tuple[PageBatch, list[list[memoryview]]]:
    """Decode a binary frame of a page into its batch and the buffers of each message.

    The buffers are writable views of the frame itself if it is a `bytearray`, which the caller must
    own then, or else of a private copy. Raises `ProtocolError` if the frame violates the protocol.
    """
    if len(frame) < _HEADER_LENGTH.size:
        raise ProtocolError("a binary frame shorter than its header", INVALID_DATA)
    (header_length,) = _HEADER_LENGTH.unpack_from(frame)
    start = _HEADER_LENGTH.size + header_length
    if start > len(frame):
        raise ProtocolError("a header longer than its frame", INVALID_DATA)
    if header_length > MAX_JSON_BYTES:
        raise ProtocolError("more JSON than one frame may have", TOO_LARGE)
    batch = _decode(_batch_decoder, memoryview(frame)[_HEADER_LENGTH.size : start])
    lengths = batch.lengths or []
    if len(lengths) != len(batch.messages):
        raise ProtocolError("not one list of buffer lengths for each message", INVALID_DATA)
    if sum(map(sum, lengths)) != len(frame) - start:
        raise ProtocolError("buffer lengths that don't add up to the frame", INVALID_DATA)
    data = memoryview(frame)[start:]
    return batch, _split(memoryview(bytearray(data)) if data.readonly else data, lengths)


def _split(data: memoryview, lengths: list[list[int]]) -> list[list[memoryview]]:
    offset = 0
    result = []
    for message_lengths in lengths:
        buffers = []
        for length in message_lengths:
            buffers.append(data[offset : offset + length])
            offset += length
        result.append(buffers)
    return result


def _decode(decoder: Any, frame: str | memoryview) -> Any:
    try:
        try:
            return decoder.decode(frame)
        except msgspec.DecodeError:
            repaired = _without_lone_surrogates(frame)
            if repaired is None:
                raise
            return decoder.decode(repaired)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        # The message may quote the frame, and is logged.
        raise ProtocolError(f"not a valid frame: {str(error)!a}", INVALID_DATA) from error


def _without_lone_surrogates(frame: str | memoryview) -> str | None:
    """Return a frame with U+FFFD for each lone surrogate, or None if it has none.

    JavaScript strings may contain lone surrogates (text cut inside an emoji), and its JSON escapes
    them, but they are not valid Unicode.
    """
    text = frame if isinstance(frame, str) else bytes(frame).decode()
    repaired = _ESCAPE.sub(lambda found: "\\ufffd" if found[1] else found[0], text)
    return None if repaired == text else repaired
