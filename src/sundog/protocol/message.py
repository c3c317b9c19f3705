"""The messages of the wire protocol, specified in ``docs/protocol.md``."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from sundog.protocol.address import ADDRESS_PATTERN, MAX_ADDRESS_LENGTH

Number = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
CommId = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
Target = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
Data = dict[str, Any]
MAX_ANSWER_LENGTH = 1 << 16


class _Message(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True, gc=False):
    """A data message: a JSON array that starts with its kind."""


class CommOpen(_Message, frozen=True, tag="open"):
    """The page opens a comm."""

    comm_id: CommId
    target: Target
    data: Data = {}
    metadata: Data = {}


class CommMessage(_Message, frozen=True, tag="msg"):
    """A message on an open comm."""

    comm_id: CommId
    data: Data = {}
    extra: Data = {}


class CommClose(_Message, frozen=True, tag="close"):
    """The page closes a comm."""

    comm_id: CommId
    data: Data = {}


class PageMoved(_Message, frozen=True, tag="location"):
    """The page has moved to another address of the app: by a link, or by back or forward."""

    place: Annotated[str, msgspec.Meta(max_length=MAX_ADDRESS_LENGTH, pattern=ADDRESS_PATTERN)]


class Answer(_Message, frozen=True, tag="answer"):
    """The user's answer to a question of `input` or `getpass`."""

    question: Number
    text: Annotated[str, msgspec.Meta(max_length=MAX_ANSWER_LENGTH)]


PageMessage = CommOpen | CommMessage | CommClose | PageMoved | Answer
BufferLengths = Annotated[list[Number], msgspec.Meta(max_length=100_000)]


class PageBatch(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """The content of one frame from a page."""

    seen: Number
    first: Number
    messages: Annotated[list[PageMessage], msgspec.Meta(max_length=100_000)]
    lengths: Annotated[list[BufferLengths], msgspec.Meta(max_length=100_000)] | None = None


class Ping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="ping"):
    """Checks the connection."""


class ScriptError(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="script-error"
):
    """Reports an error in the browser, for the developer's terminal."""

    title: Annotated[str, msgspec.Meta(max_length=500)]
    text: Annotated[str, msgspec.Meta(max_length=10_000)]


class PageToken(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="token"
):
    """Proves that the page is of its session; the first message of a connection."""

    token: Annotated[str, msgspec.Meta(max_length=1000)]


class Timing(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="timing"
):
    """Asks, in development, for the time that each message of the page takes, or stops."""

    wanted: bool


PageControl = Ping | PageToken | ScriptError | Timing


class Outgoing(msgspec.Struct, frozen=True, gc=False):
    """A message for the pages, encoded once for all of them."""

    text: bytes
    buffers: tuple[bytes, ...] = ()
    # Identifies what the message updates: a comm and its traits. A later message with the same
    # subject replaces it.
    subject: tuple[str, ...] | None = None

    @property
    def size(self) -> int:
        """The bytes that this message takes in memory and, approximately, on the wire."""
        return len(self.text) + sum(map(len, self.buffers))


SUPERSEDED = Outgoing(b'["none"]')
"""Replaces a message, so that the others keep their numbers."""
