"""The messages of the wire protocol, as ``docs/protocol.md`` specifies them."""

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
    """A data message: a JSON array that begins with its kind."""


class CommOpen(_Message, frozen=True, tag="open"):
    """A comm is opened by the page."""

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
    """A comm is closed by the page."""

    comm_id: CommId
    data: Data = {}


class PageMoved(_Message, frozen=True, tag="location"):
    """The page is somewhere else in the app: a link was followed, or the user went back."""

    place: Annotated[str, msgspec.Meta(max_length=MAX_ADDRESS_LENGTH, pattern=ADDRESS_PATTERN)]


class Answer(_Message, frozen=True, tag="answer"):
    """The user has answered a question of `input` or `getpass`."""

    question: Number
    text: Annotated[str, msgspec.Meta(max_length=MAX_ANSWER_LENGTH)]


PageMessage = CommOpen | CommMessage | CommClose | PageMoved | Answer
BufferLengths = Annotated[list[Number], msgspec.Meta(max_length=100_000)]


class PageBatch(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """What one frame from a page holds."""

    seen: Number
    first: Number
    messages: Annotated[list[PageMessage], msgspec.Meta(max_length=100_000)]
    lengths: Annotated[list[BufferLengths], msgspec.Meta(max_length=100_000)] | None = None


class Ping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="ping"):
    """Asks whether anybody is there."""


class ScriptError(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="script-error"
):
    """Tells a developer's terminal of an error in the browser."""

    title: Annotated[str, msgspec.Meta(max_length=500)]
    text: Annotated[str, msgspec.Meta(max_length=10_000)]


class Timing(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="timing"
):
    """Asks, while developing, how long each of the page's messages takes, or no more for it."""

    wanted: bool


PageControl = Ping | ScriptError | Timing


class Outgoing(msgspec.Struct, frozen=True, gc=False):
    """A message for the pages, encoded once for all of them."""

    text: bytes
    buffers: tuple[bytes, ...] = ()
    # What a later message with the same subject makes superfluous: a comm and traits of it.
    subject: tuple[str, ...] | None = None

    @property
    def size(self) -> int:
        """Bytes that this message takes in memory and, about, on the wire."""
        return len(self.text) + sum(map(len, self.buffers))


SUPERSEDED = Outgoing(b'["none"]')
"""Stands where a message was, so that the others keep their numbers."""
