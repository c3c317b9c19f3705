"""The WebSocket protocol that uvicorn speaks for Sundog: compression where it pays, dead peers.

permessage-deflate (RFC 7692) leaves it to the sender whether a message is compressed. Large text
is; small text gains nothing, and binary buffers are mostly images and numbers that don't shrink.
No compression context is kept between messages, so that an idle socket costs no window.

A peer that does not answer a ping is dead, unless its system is still taking what was sent before
the ping: a large message on a slow line.
"""

from __future__ import annotations

import contextlib
import logging
import socket
from asyncio.transports import BaseTransport
from typing import Any

from websockets.extensions.permessage_deflate import (
    PerMessageDeflate,
    ServerPerMessageDeflateFactory,
)
from websockets.frames import CloseCode, Frame, Opcode
from websockets.server import ServerProtocol

from sundog.web.socket.delivery import Delivery
from sundog.web.uvicorn_internals import WebSocketsSansIOProtocol

COMPRESS_FROM_BYTES = 1024

# What the system may hold for a peer besides what is on its way: pings wait behind it.
UNSENT_BYTES = 128 << 10

# Browsers send a large message in parts of some 100 KiB; an empty part costs memory all the same.
MAX_FRAGMENTS = 16_384

MORE_THAN_EVER = 1 << 62


_BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


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
    """uvicorn's sans-I/O protocol with selective compression and patience for slow lines only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conn = ServerProtocol(
            extensions=[SelectiveDeflateFactory()],
            max_size=self.config.ws_max_size,
            logger=logging.getLogger("uvicorn.error"),
        )
        self._delivery = Delivery(None)
        # Where the system tells: what the peer had when that was last looked at, and how much it
        # was to get before the ping.
        self._acknowledged: int | None = None
        self._ahead = 0
        # Elsewhere: how much was waiting to be sent when that was last looked at.
        self._unsent = 0
        self._lingers = False

    def connection_made(self, transport: BaseTransport) -> None:
        """Keep what the system holds for the peer small, where that can be had."""
        option = getattr(socket, "TCP_NOTSENT_LOWAT", None)
        sock = transport.get_extra_info("socket")
        if option is not None and sock is not None:
            # There is no such thing on a Unix socket.
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.IPPROTO_TCP, option, UNSENT_BYTES)
        self._delivery = Delivery(sock)
        super().connection_made(transport)

    # Whether the peer is there -----------------------------------------------------------------

    def send_keepalive_ping(self) -> None:
        """Ask whether the peer is there."""
        self._look()
        super().send_keepalive_ping()

    def resume_writing(self) -> None:
        """Note that the system has taken what waited for the peer."""
        self._unsent = MORE_THAN_EVER
        super().resume_writing()

    def keepalive_timeout(self) -> None:
        """End a connection whose peer neither answers nor takes anything."""
        if self.read_paused and self._has_ping():
            # An answer may be there, unread, while the page is held back.
            self.send_keepalive_ping()
            return
        if self._takes():
            self.pong_timer = self.loop.call_later(self.ping_timeout or 0, self.keepalive_timeout)
            return
        super().keepalive_timeout()
        # What waits to be sent would keep the connection open until the system gives up.
        self.transport.abort()

    def _look(self) -> None:
        """Take what the peer has now as the beginning of what it is asked to take."""
        self._unsent = self.transport.get_write_buffer_size()
        self._acknowledged = self._delivery.acknowledged()
        self._ahead = self._unsent + self._delivery.waiting()

    def _takes(self) -> bool:
        """Whether the peer has taken something since the last look that it was to get first."""
        former, self._unsent = self._unsent, self.transport.get_write_buffer_size()
        known, self._acknowledged = self._acknowledged, self._delivery.acknowledged()
        if known is None or self._acknowledged is None:
            return self._unsent < former
        taken, ahead = self._acknowledged - known, self._ahead
        self._ahead = max(0, ahead - taken)
        return taken > 0 and ahead > 0

    def _has_ping(self) -> bool:
        """Whether the peer's system has taken anything since the ping, as far as can be known."""
        known, now = self._acknowledged, self._delivery.acknowledged()
        return known is None or now is None or now > known

    # The end -----------------------------------------------------------------------------------

    async def send(self, message: Any) -> None:
        """Send; give a peer that does not answer a close some time, and no more."""
        await super().send(message)
        if self.close_sent and self.close_timer is not None:
            self.close_timer.cancel()
            self._look()
            self.close_timer = self.loop.call_later(self.close_timeout, self._stop_waiting)

    def data_received(self, data: bytes) -> None:
        """Take what came, or, after the end, let it go."""
        if self._lingers:
            return
        super().data_received(data)
        if not self.handshake_initiated and self.conn.handshake_exc is not None:
            # Nobody else would ever answer.
            self._lingers = True
            self.transport.write(b"".join(self.conn.data_to_send()) or _BAD_REQUEST)
            self.transport.close()

    def handle_parser_exception(self) -> None:
        """Close after what is no WebSocket, or too much; the peer shall get to read why.

        To close while the peer still sends would reset the connection, and with it what the peer
        has not yet read.
        """
        self._lingers = True
        close = self.conn.close_sent
        assert close is not None
        self.queue.put_nowait(
            {"type": "websocket.disconnect", "code": close.code, "reason": close.reason}
        )
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.transport.can_write_eof():
            self.transport.write_eof()
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        if self.close_timer is None:
            self.close_timer = self.loop.call_later(self.close_timeout, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._takes():
            self.close_timer = self.loop.call_later(self.close_timeout, self._stop_waiting)
        else:
            self.transport.abort()

    # What could grow without end ---------------------------------------------------------------

    def handle_cont(self, event: Frame) -> None:
        """Take a part of a message, unless there are too many."""
        if self.close_sent:
            self.frames = []
        elif len(self.frames) < MAX_FRAGMENTS:
            super().handle_cont(event)
        else:
            self.frames = []
            self.conn.fail(CloseCode.MESSAGE_TOO_BIG, "too many fragments")
            self.handle_parser_exception()

    def handle_ping(self) -> None:
        """Answer, unless the peer has not even taken former answers."""
        output = self.conn.data_to_send()
        if self.writable.is_set():
            self.transport.write(b"".join(output))
