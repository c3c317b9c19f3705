"""The WebSocket protocol that uvicorn speaks for Sundog: compression where it pays.

permessage-deflate (RFC 7692) leaves it to the sender whether a message is compressed. Large text
is; small text gains nothing, and binary buffers are mostly images and numbers that don't shrink.
No compression context is kept between messages, so that an idle socket costs no window.
"""

from __future__ import annotations

import logging
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import (
    PerMessageDeflate,
    ServerPerMessageDeflateFactory,
)
from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol

COMPRESS_FROM_BYTES = 1024


class SelectiveDeflate(PerMessageDeflate):
    """Compresses text messages of some size, and leaves the rest alone."""

    def encode(self, frame: Frame) -> Frame:
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
        response, extension = super().process_request_params(params, accepted_extensions)
        return response, SelectiveDeflate(
            extension.remote_no_context_takeover,
            extension.local_no_context_takeover,
            extension.remote_max_window_bits,
            extension.local_max_window_bits,
            extension.compress_settings,
        )


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's sans-I/O protocol with selective compression."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conn = ServerProtocol(
            extensions=[SelectiveDeflateFactory()],
            max_size=self.config.ws_max_size,
            logger=logging.getLogger("uvicorn.error"),
        )
