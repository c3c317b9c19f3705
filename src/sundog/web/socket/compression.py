"""permessage-deflate (RFC 7692): selective compression, and inflating in steps.

The sender may decide whether to compress a message. Large text is compressed. Small text gains
nothing, and binary buffers are mostly images and numbers that don't shrink. No compression context
is kept between messages, so an idle socket needs no window.

A few kilobytes can expand to a hundred megabytes. So frames are not inflated when they are parsed,
but by an `Inflater`, a bounded number of bytes at a time, between which other connections get their
turn.
"""

from __future__ import annotations

import zlib
from typing import Any, Final

from websockets.exceptions import ProtocolError
from websockets.extensions.permessage_deflate import (
    PerMessageDeflate,
    ServerPerMessageDeflateFactory,
)
from websockets.frames import CTRL_OPCODES, Frame, Opcode

COMPRESS_FROM_BYTES: Final = 1024

# RFC 7692, 7.2.2: the bytes that the sender has removed from the end of a message.
_END: Final = b"\x00\x00\xff\xff"


class DeflatedFrame(Frame):
    """A frame of a compressed message, as it arrived."""


class SelectiveDeflate(PerMessageDeflate):
    """Compresses large text messages, and marks frames that must be inflated."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._message_is_deflated = False

    def decode(self, frame: Frame, *, max_size: int | None = None) -> Frame:
        """Return the frame unchanged, marked if its message is compressed."""
        if frame.opcode in CTRL_OPCODES:
            return frame
        if frame.opcode is not Opcode.CONT:
            self._message_is_deflated = frame.rsv1
        elif frame.rsv1:
            raise ProtocolError("RSV1 bit set in continuation frame")
        if not self._message_is_deflated:
            return frame
        return DeflatedFrame(frame.opcode, frame.data, frame.fin, False, frame.rsv2, frame.rsv3)

    def encode(self, frame: Frame) -> Frame:
        """Return a frame, compressed if this is worth it."""
        if frame.opcode is Opcode.TEXT and len(frame.data) >= COMPRESS_FROM_BYTES:
            return super().encode(frame)
        return frame


class SelectiveDeflateFactory(ServerPerMessageDeflateFactory):
    """Negotiates `SelectiveDeflate`, without contexts that outlive a message."""

    def __init__(self) -> None:
        super().__init__(
            server_no_context_takeover=True,
            client_no_context_takeover=True,
            compress_settings={"level": 1},
        )

    def process_request_params(self, params: Any, accepted_extensions: Any) -> Any:
        """Return the response to a client's offer, and the resulting extension."""
        response, extension = super().process_request_params(params, accepted_extensions)
        return response, SelectiveDeflate(
            extension.remote_no_context_takeover,
            extension.local_no_context_takeover,
            extension.remote_max_window_bits,
            extension.local_max_window_bits,
            extension.compress_settings,
        )


class Inflater:
    """Inflates the frames of one message after another, in steps.

    `add` a frame, then call `step` until `done`.
    """

    def __init__(self) -> None:
        self._decoder: Any = None
        self._input: bytes = b""
        self.done = True

    def add(self, data: bytes, *, first: bool, last: bool) -> None:
        """Add the data of a message's next frame."""
        if first or self._decoder is None:
            self._decoder = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
        self._input = bytes(data) + _END if last else bytes(data)
        self.done = not self._input

    def step(self, most: int) -> bytes:
        """Return the next bytes, at most this many. Raises `zlib.error`."""
        data: bytes = self._decoder.decompress(self._input, most)
        self._input = self._decoder.unconsumed_tail
        # A full step may hold more output back, although all input was taken.
        self.done = not self._input and len(data) < most
        return data
