"""The WebSocket protocol for uvicorn: detects lost clients, and limits messages.

A client that does not answer a ping is lost, unless it is still sending, such as a large upload on
a slow connection, or its system is still receiving data sent before the ping.

The bytes of unfinished messages are limited per connection, and for all connections together.
Messages are inflated in steps (see `compression`), and nothing more is read in the meantime.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import zlib
from asyncio.transports import BaseTransport
from collections import deque
from collections.abc import Callable
from typing import Any

from websockets import http11
from websockets.frames import CloseCode, Frame, Opcode
from websockets.server import ServerProtocol

from sundog.errors import ProtocolError
from sundog.web.socket.budget import FREE_BYTES, Budget
from sundog.web.socket.compression import DeflatedFrame, Inflater, SelectiveDeflateFactory
from sundog.web.socket.delivery import Delivery
from sundog.web.socket.signs_of_life import SignsOfLife
from sundog.web.uvicorn_internals import WebSocketsSansIOProtocol

logger = logging.getLogger(__name__)

# How much data the system may queue for a client besides data in transit, because pings wait behind
# it.
UNSENT_BYTES = 128 << 10

# Browsers send a large message in frames of about 100 KiB. Empty frames need memory too.
MAX_FRAGMENTS = 16_384

# How much is inflated before other connections get their turn: less than a millisecond of work.
INFLATE_BYTES = 256 << 10

# The library's limit for a request line is less than the cookies that one host may have.
# https://websockets.readthedocs.io/en/stable/reference/variables.html
MAX_LINE_BYTES = 64 << 10
http11.MAX_LINE_LENGTH = MAX_LINE_BYTES

_BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's sans-I/O protocol with limits, and with more time for slow connections.

    `budget` limits the bytes of unfinished messages of all connections.
    """

    def __init__(
        self,
        *args: Any,
        budget: Budget | None = None,
        make_delivery: Callable[[Any], Delivery] = Delivery,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._unfinished = (budget or Budget(None)).reserve()
        # Frames that wait while the first of them is being inflated.
        self._pending: deque[Frame] = deque()
        self._inflater = Inflater()
        self._inflated: list[bytes] = []
        # The bytes of the message that is arriving.
        self._size = 0
        self.conn = ServerProtocol(
            extensions=[SelectiveDeflateFactory()],
            max_size=self.config.ws_max_size,
            logger=logging.getLogger("uvicorn.error"),
        )
        self._make_delivery = make_delivery
        self._signs = SignsOfLife(Delivery(None), self._count_unsent)
        self._lingers = False

    def connection_made(self, transport: BaseTransport) -> None:
        """Keep the system's queue for the client small, if possible."""
        option = getattr(socket, "TCP_NOTSENT_LOWAT", None)
        sock = transport.get_extra_info("socket")
        if option is not None and sock is not None:
            # Unix sockets do not have this option.
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.IPPROTO_TCP, option, UNSENT_BYTES)
        self._signs = SignsOfLife(self._make_delivery(sock), self._count_unsent)
        super().connection_made(transport)

    # Whether the peer is there -----------------------------------------------------------------

    def send_keepalive_ping(self) -> None:
        """Check whether the client is still there."""
        self._signs.look()
        super().send_keepalive_ping()

    def resume_writing(self) -> None:
        """Note that the system has taken the data that waited for the client."""
        self._signs.drained()
        super().resume_writing()

    def keepalive_timeout(self) -> None:
        """Close a connection whose client neither answers nor receives anything."""
        if self.read_paused and self._signs.has_ping():
            # An answer may have arrived but not been read, while reading is paused.
            self.send_keepalive_ping()
            return
        if self._signs.sends() or self._signs.takes():
            self.pong_timer = self.loop.call_later(self.ping_timeout or 0, self.keepalive_timeout)
            return
        super().keepalive_timeout()
        # Data that waits to be sent would keep the connection open until the system gives up.
        self.transport.abort()

    def _count_unsent(self) -> int:
        return self.transport.get_write_buffer_size()

    # The end -----------------------------------------------------------------------------------

    async def send(self, message: Any) -> None:
        """Send data. A client that does not answer a close gets limited time."""
        await super().send(message)
        if self.close_sent and self.close_timer is not None:
            self.close_timer.cancel()
            self._signs.look()
            self.close_timer = self.loop.call_later(self.close_timeout, self._stop_waiting)

    def data_received(self, data: bytes) -> None:
        """Handle received data, or ignore it after the end."""
        if self._lingers:
            return
        self._signs.received(len(data))
        super().data_received(data)
        self._reserve()
        if not self.handshake_initiated and self.conn.handshake_exc is not None:
            # Nothing else would answer.
            self._lingers = True
            self.transport.write(b"".join(self.conn.data_to_send()) or _BAD_REQUEST)
            self.transport.close()

    def handle_parser_exception(self) -> None:
        """Close after invalid or too much data, so that the client can still read the reason.

        Closing while the client still sends would reset the connection, and lose data that the
        client has not read yet.
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
        if self._signs.takes():
            self.close_timer = self.loop.call_later(self.close_timeout, self._stop_waiting)
        else:
            self.transport.abort()

    # What could grow without end ---------------------------------------------------------------

    def handle_text(self, event: Frame) -> None:
        """Handle the first frame of a text."""
        self._take(event)

    def handle_bytes(self, event: Frame) -> None:
        """Handle the first frame of a binary message."""
        self._take(event)

    def handle_cont(self, event: Frame) -> None:
        """Handle a further frame of a message."""
        self._take(event)

    def handle_close(self, event: Frame) -> None:
        """Handle the end, after the messages before it."""
        self._take(event)

    async def receive(self) -> Any:
        """Return the next message. Continue reading only if there is room for more."""
        message = await super().receive()
        if self._pending:
            self.transport.pause_reading()
        return message

    def connection_lost(self, exc: Exception | None) -> None:
        """Release received data."""
        self._drop()
        super().connection_lost(exc)

    def _take(self, frame: Frame) -> None:
        self._pending.append(frame)
        if len(self._pending) == 1:
            self._work_off()

    def _work_off(self) -> None:
        """Inflate and pass on received frames, a limited number of bytes at a time."""
        left = INFLATE_BYTES
        while self._pending and not self._lingers:
            frame = self._pending[0]
            if isinstance(frame, DeflatedFrame):
                if left <= 0:
                    self.transport.pause_reading()
                    self.loop.call_soon(self._work_off)
                    return
                try:
                    data = self._inflate(frame, left)
                except zlib.error:
                    self._fail(CloseCode.PROTOCOL_ERROR, "decompression failed")
                    return
                left -= len(data)
                self._size += len(data)
                self._inflated.append(data)
                if not self._within_bounds():
                    return
                if not self._inflater.done:
                    continue
                whole = self._inflated[0] if len(self._inflated) == 1 else b"".join(self._inflated)
                self._inflated = []
                frame = Frame(frame.opcode, whole, frame.fin)
            elif frame.opcode is not Opcode.CLOSE:
                self._size += len(frame.data)
            self._pending.popleft()
            self._pass_on(frame)
        if not self._pending and not self.read_paused and not self.transport.is_closing():
            self.transport.resume_reading()
        self._reserve()

    def _inflate(self, frame: DeflatedFrame, most: int) -> bytes:
        if self._inflater.done and not self._inflated:
            first = frame.opcode is not Opcode.CONT
            self._inflater.add(bytes(frame.data), first=first, last=frame.fin)
        return b"" if self._inflater.done else self._inflater.step(most)

    def _pass_on(self, frame: Frame) -> None:
        if frame.opcode is Opcode.CLOSE:
            super().handle_close(frame)
            return
        if self.close_sent:
            self.frames = []
        elif len(self.frames) >= MAX_FRAGMENTS:
            self._fail(CloseCode.MESSAGE_TOO_BIG, "too many fragments")
            return
        elif frame.opcode is Opcode.CONT:
            super().handle_cont(frame)
        elif frame.opcode is Opcode.TEXT:
            super().handle_text(frame)
        else:
            super().handle_bytes(frame)
        if frame.fin:
            self._size = 0

    def _within_bounds(self) -> bool:
        bound = self.config.ws_max_size
        if bound is not None and self._size > bound:
            self._fail(CloseCode.MESSAGE_TOO_BIG, "")
            return False
        # The rest of a small message follows in the same call, or there is none.
        return (self._inflater.done and self._size <= FREE_BYTES) or self._reserve()

    def _reserve(self) -> bool:
        """Count the bytes of a message, and close the connection if there are too many."""
        if self._lingers:
            return False
        size = self._size + len(self.conn.reader.buffer)
        if size == self._unfinished.size:
            return True
        try:
            self._unfinished.set(size)
        except ProtocolError as error:
            self._fail(CloseCode.TRY_AGAIN_LATER, "the server has too much to receive")
            logger.warning("refused: %s", error)
            return False
        return True

    def _fail(self, code: int, reason: str) -> None:
        self._drop()
        self.conn.fail(code, reason)
        self.handle_parser_exception()

    def _drop(self) -> None:
        self._pending.clear()
        self.frames = []
        self._inflated = []
        self._inflater = Inflater()
        self._size = 0
        self._unfinished.set(0)

    def handle_ping(self) -> None:
        """Answer, unless the client has not even received earlier answers."""
        output = self.conn.data_to_send()
        if self.writable.is_set():
            self.transport.write(b"".join(output))
