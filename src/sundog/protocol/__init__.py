"""The messages of the wire protocol and their encoding. No I/O."""

from sundog.protocol.address import Address
from sundog.protocol.codec import (
    INVALID_DATA,
    TOO_LARGE,
    UNSUPPORTED_DATA,
    decode_binary,
    decode_json,
    decode_text,
    encode_batch,
    encode_control,
    encode_json,
    encode_message,
)
from sundog.protocol.message import (
    SUPERSEDED,
    Answer,
    CommClose,
    CommMessage,
    CommOpen,
    Outgoing,
    PageBatch,
    PageMessage,
    PageMoved,
    PageToken,
    ScriptError,
    Timing,
)
from sundog.protocol.parts import PART_BYTES, Assembly, is_part

__all__ = [
    "INVALID_DATA",
    "PART_BYTES",
    "SUPERSEDED",
    "TOO_LARGE",
    "UNSUPPORTED_DATA",
    "Address",
    "Answer",
    "Assembly",
    "CommClose",
    "CommMessage",
    "CommOpen",
    "Outgoing",
    "PageBatch",
    "PageMessage",
    "PageMoved",
    "PageToken",
    "ScriptError",
    "Timing",
    "decode_binary",
    "decode_json",
    "decode_text",
    "encode_batch",
    "encode_control",
    "encode_json",
    "encode_message",
    "is_part",
]
