"""Passes accepted connections between workers.

Each worker has an inbox: a pair of Unix datagram sockets that no other process can reach. One
datagram is one connection: its descriptor, and the bytes of its request read so far.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
import tempfile
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from sundog.cluster.cluster import Cluster

logger = logging.getLogger(__name__)

# Bytes that exceed a datagram travel in a file, whose descriptor is sent too.
MAX_INLINE: Final = 32 << 10
BUFFER: Final = 512 << 10
# How long and how often (in seconds) to retry with a full inbox, and for how many connections.
PATIENCE: Final = 5.0
RETRY_SECONDS: Final = 0.005
MAX_WAITING: Final = 1000

_FULL: Final = (errno.EAGAIN, errno.EWOULDBLOCK, errno.ENOBUFS)

Adopt = Callable[[socket.socket, bytes], None]


@dataclass(frozen=True, slots=True)
class Inbox:
    """Both ends of a worker's inbox."""

    receiver: socket.socket
    sender: socket.socket

    def drain(self) -> None:
        """Close connections that were not received. Their pages will reconnect."""
        for connection, _ in receive(self.receiver):
            connection.close()


def make_inbox() -> Inbox:
    """Return a new inbox."""
    receiver, sender = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    for end, option in ((receiver, socket.SO_RCVBUF), (sender, socket.SO_SNDBUF)):
        end.setblocking(False)
        with contextlib.suppress(OSError):
            end.setsockopt(socket.SOL_SOCKET, option, BUFFER)
    return Inbox(receiver, sender)


def receive(inbox: socket.socket) -> list[tuple[socket.socket, bytes]]:
    """Return the connections in an inbox, and the bytes read from each."""
    found: list[tuple[socket.socket, bytes]] = []
    while True:
        try:
            data, descriptors, _, _ = socket.recv_fds(inbox, MAX_INLINE, 2)
        except OSError as error:
            if error.errno not in _FULL:
                logger.warning("can't receive a connection from another worker: %s", error)
            return found
        if not descriptors:
            logger.warning("a connection from another worker was lost: too many open files")
            continue
        connection = socket.socket(fileno=descriptors[0])
        connection.setblocking(False)
        if len(descriptors) > 1:
            with open(descriptors[1], "rb") as file:
                file.seek(0)
                data = file.read()
        found.append((connection, data))


def send(inbox: socket.socket, descriptor: int, data: bytes) -> bool:
    """Put a connection into an inbox; return False if it is full. Raises `OSError`."""
    try:
        if len(data) <= MAX_INLINE:
            socket.send_fds(inbox, [data], [descriptor])
        else:
            with tempfile.TemporaryFile() as file:
                file.write(data)
                file.flush()
                socket.send_fds(inbox, [b"-"], [descriptor, file.fileno()])
    except OSError as error:
        if error.errno in _FULL:
            return False
        raise
    return True


class ForwardedConnection(Protocol):
    """A connection to pass on, with the bytes read from its request."""

    received: bytes

    @property
    def descriptor(self) -> int | None:
        """The connection's file descriptor, or None if it is closed."""
        ...

    def release(self) -> None:
        """Release the connection, which belongs to another worker now."""
        ...

    def keep(self) -> None:
        """Continue here, because the other worker can't be reached."""
        ...


class ConnectionForwarder:
    """Sends and receives a worker's connections. Used on its event loop."""

    def __init__(
        self, cluster: Cluster, receiver: socket.socket, senders: Sequence[socket.socket]
    ) -> None:
        self._cluster = cluster
        self._receiver = receiver
        self._senders = senders
        self._waiting: dict[int, deque[tuple[float, ForwardedConnection]]] = {}

    # In ----------------------------------------------------------------------------------------

    def open(self, adopt: Adopt) -> None:
        """Start receiving connections."""
        asyncio.get_running_loop().add_reader(self._receiver, self._take, adopt)

    def close(self) -> None:
        """Stop receiving connections."""
        asyncio.get_running_loop().remove_reader(self._receiver)

    def _take(self, adopt: Adopt) -> None:
        for connection, data in receive(self._receiver):
            adopt(connection, data)

    # Out ---------------------------------------------------------------------------------------

    def other_worker_of(self, kernel_id: str) -> int | None:
        """Return the other worker that has a kernel, or None if it is this one's or unknown."""
        number = self._cluster.worker_of(kernel_id)
        here = number == self._cluster.number
        return None if here or not self._cluster.serves(number) else number

    def hand_over(self, number: int, connection: ForwardedConnection) -> None:
        """Send a connection to a worker as soon as its inbox has room."""
        waiting = self._waiting.setdefault(number, deque())
        if len(waiting) >= MAX_WAITING:
            connection.keep()
            return
        loop = asyncio.get_running_loop()
        waiting.append((loop.time() + PATIENCE, connection))
        if len(waiting) == 1:
            self._send(number)

    def _send(self, number: int) -> None:
        loop = asyncio.get_running_loop()
        waiting = self._waiting[number]
        while waiting:
            deadline, connection = waiting[0]
            if not self._cluster.serves(number) or loop.time() > deadline:
                waiting.popleft()
                connection.keep()
                continue
            descriptor = connection.descriptor
            try:
                if descriptor is not None and not send(
                    self._senders[number], descriptor, connection.received
                ):
                    loop.call_later(RETRY_SECONDS, self._send, number)
                    return
            except OSError as error:
                logger.warning("can't pass a connection to worker %d: %s", number + 1, error)
                waiting.popleft()
                connection.keep()
                continue
            waiting.popleft()
            connection.release()
