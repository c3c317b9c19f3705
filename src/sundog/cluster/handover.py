"""The HTTP protocol of a worker: passes connections to the worker that has their kernel.

All workers accept from the same sockets, so any of them may receive a request for any kernel. The
path of such a request names the kernel. Before the request is handled, the connection is passed to
the kernel's worker with the bytes read so far; this costs nothing afterwards.

Requests sent before the previous one was answered are not passed on. They are answered here, which
means a refusal for a kernel of another worker.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final, Protocol, cast

from sundog.cluster.connection_forwarder import ForwardedConnection
from sundog.web.http_protocol import BoundedHttpProtocol

# How many bytes of a request are checked.
MAX_LINE: Final = 8192

# RFC 9112, 3: a method, a space, the target. The path ends where the query starts.
_KERNEL: Final = re.compile(rb"[\r\n]*[A-Z]+ [^\s?]*?/_sundog/kernel/([^/\s?]{1,200})/")
_UNDECIDED: Final = re.compile(rb"[\r\n]*(?:[A-Z]{0,20}|[A-Z]{1,20} [^\s?]*)")


class Forwarder(Protocol):
    """Finds the worker of a kernel and passes connections to it."""

    def other_worker_of(self, kernel_id: str) -> int | None:
        """Return the other worker that has a kernel, or None if it is this one's or unknown."""
        ...

    def hand_over(self, number: int, connection: ForwardedConnection) -> None:
        """Pass a connection to a worker, soon, and report whether it worked."""
        ...


class HandoverProtocol(BoundedHttpProtocol):
    """The HTTP protocol of one of several workers.

    `received` is what another worker had read from a connection that it passed on.
    """

    def __init__(
        self, *args: Any, forwarder: Forwarder, received: bytes = b"", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.received = received
        self._forwarder = forwarder
        self._adopted = bool(received)
        self._reading_request = False
        self._leaving = False

    # What comes --------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start with the bytes that another worker has read."""
        super().connection_made(transport)
        if self._adopted:
            self._read_here()

    def data_received(self, data: bytes) -> None:
        """Handle received bytes, unless they start a request for another worker."""
        if self._leaving:
            self.received += data
        elif self._reading_request or not self._answered:
            super().data_received(data)
        else:
            self.received += data
            self._unset_keepalive_if_required()
            self._look()

    def on_message_begin(self) -> None:
        """Note that a request is being read."""
        self._reading_request = True
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """Note that a request has been read."""
        self._reading_request = False
        super().on_message_complete()

    @property
    def _answered(self) -> bool:
        return self.cycle is None or (self.cycle.response_complete and not self.pipeline)

    # Which worker it is for --------------------------------------------------------------------

    def _look(self) -> None:
        head = self.received[:MAX_LINE]
        match = _KERNEL.match(head)
        if match is None:
            if len(head) == MAX_LINE or _UNDECIDED.fullmatch(head) is None:
                self._read_here()
            else:
                self._start_head_timer()
            return
        number = self._forwarder.other_worker_of(match[1].decode("latin-1"))
        # A response that has not been sent completely would be lost.
        if number is None or self.transport.get_write_buffer_size():
            self._read_here()
            return
        self._leaving = True
        self.transport.pause_reading()
        self._forwarder.hand_over(number, self)

    def _read_here(self) -> None:
        data, self.received = self.received, b""
        super().data_received(data)

    # What becomes of it ------------------------------------------------------------------------

    @property
    def descriptor(self) -> int | None:
        """The connection's file descriptor, or None if it is closed."""
        if self.transport.is_closing():
            return None
        return cast(int, self.transport.get_extra_info("socket").fileno())

    def release(self) -> None:
        """Release the connection, which belongs to another worker now."""
        # This closes the descriptor without notifying the peer, because the other copy is still
        # open.
        self.transport.abort()

    def keep(self) -> None:
        """Continue here, because the other worker can't be reached."""
        self._leaving = False
        if not self.transport.is_closing():
            self.transport.resume_reading()
            self._read_here()
