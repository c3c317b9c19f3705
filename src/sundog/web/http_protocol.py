"""uvicorn's HTTP protocol with limits for request headers and open descriptors.

uvicorn reads headers of any length, for any time. And if a process has no descriptor left, accepted
connections are reset without a response, so the last ones are reserved for a response.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from sundog.web.access import Refusal, Refusals
from sundog.web.uvicorn_internals import HttpToolsProtocol

# The default limit of nginx and HAProxy, with room for all cookies of a host.
MAX_HEAD_BYTES: Final = 64 << 10
# How long receiving the headers may take, in seconds.
HEAD_SECONDS: Final = 30.0

_LONG_TEXT: Final = "The head of the request is too long.\n"
_FULL_TEXT: Final = "The server is full: it has no more connections to give. Try again soon.\n"


class BoundedHttpProtocol(HttpToolsProtocol):
    """An HTTP connection.

    `last_descriptor` is the highest number that a connection's descriptor may have, None for no
    limit. (A system assigns the lowest free number, so a high one means that many are open.)
    """

    def __init__(
        self,
        *args: Any,
        refusals: Refusals | None = None,
        last_descriptor: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._refusals = refusals or Refusals()
        self._last_descriptor = last_descriptor
        self._head_bytes = 0
        self._reads_head = True
        self._is_full = False
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start, or note that there is no capacity."""
        super().connection_made(transport)
        sock = transport.get_extra_info("socket")
        last = self._last_descriptor
        self._is_full = last is not None and sock is not None and sock.fileno() > last
        self._start_head_timer()

    def data_received(self, data: bytes) -> None:
        """Continue reading, unless the headers get too long."""
        if self.transport.is_closing():
            return
        if self._is_full:
            # After the request: closing before it is read would reset the connection.
            words = "a connection: the process has too many files open; see ulimit -n"
            self._refuse(503, _FULL_TEXT, Refusal.DESCRIPTORS, words)
            return
        if self._reads_head:
            self._head_bytes += len(data)
            # Data after the end of the headers is the body.
            if self._head_bytes > MAX_HEAD_BYTES and b"\r\n\r\n" not in data[:MAX_HEAD_BYTES]:
                words = f"a request whose head has more than {MAX_HEAD_BYTES} bytes"
                self._refuse(431, _LONG_TEXT, Refusal.LARGE_HEAD, words)
                return
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_head_timer()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Start to wait for a request's headers."""
        self._start_head_timer()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Note that a request's headers have been read."""
        self._reads_head = False
        self._head_bytes = 0
        self._stop_head_timer()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that headers come next."""
        self._reads_head = True
        super().on_message_complete()

    def _start_head_timer(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._time_out)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _time_out(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self.transport.close()

    def _refuse(self, status: int, text: str, reason: Refusal, words: str) -> None:
        self._refusals.note(reason, words)
        phrases = {431: "Request Header Fields Too Large", 503: "Service Unavailable"}
        head = (
            f"HTTP/1.1 {status} {phrases[status]}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(text)}\r\nCache-Control: no-store\r\nRetry-After: 10\r\n"
            "Connection: close\r\n\r\n"
        )
        self.transport.write((head + text).encode())
        self.transport.close()
