"""A browser page's side of a server's protocol, as light as possible in Python.

An adapter (`sundog.py`, `solara.py`) defines the messages; this module opens the socket, counts
what arrives, and waits. Frames are searched for a few markers and decoded only if a value in them
is needed, so that the client costs less than the server that it measures.
"""

import asyncio
import http.client
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from websockets.asyncio.client import ClientConnection, connect

HOST = "localhost"
TIMEOUT = 120.0  # seconds that any single reply may take


@dataclass(frozen=True, slots=True)
class Ticket:
    """The ids of a page before it opens its socket; requested outside the measured time."""

    path: str
    cookie: str
    close_path: str


class Page(ABC):
    """A page with an open socket. Subclasses define the messages."""

    name: ClassVar[str]

    def __init__(self, socket: ClientConnection, port: int, ticket: Ticket) -> None:
        self.socket = socket
        self.port = port
        self.ticket = ticket
        self.frames = 0
        self.bytes = 0

    @staticmethod
    @abstractmethod
    def command(python: Path, app: Path, port: int, *, production: bool = True) -> list[str]:
        """Return the command that serves `app`, in production or in development mode."""

    @staticmethod
    @abstractmethod
    def ticket_for(http: http.client.HTTPConnection) -> Ticket:
        """Get the ids of a new page in a new session."""

    @abstractmethod
    async def ready(self) -> float:
        """Start the app as the page's script does and wait until every widget has arrived.

        Returns the moment (`loop.time()`) of that.
        """

    @abstractmethod
    async def change(self, value: int) -> float:
        """Move the slider; wait for the label and the acknowledgement.

        Returns the moment (`loop.time()`) at which the label's new value arrived.
        """

    @abstractmethod
    async def click(self) -> None:
        """Press the button, without waiting."""

    @classmethod
    async def open(cls, port: int, ticket: Ticket) -> "Page":
        """Connect as Chromium does: with an Origin, a cookie and permessage-deflate offered."""
        socket = await connect(
            f"ws://{HOST}:{port}{ticket.path}",
            origin=f"http://{HOST}:{port}",  # type: ignore[arg-type]
            additional_headers={"Cookie": ticket.cookie},
            user_agent_header=None,
            compression="deflate",
            max_size=None,
            max_queue=None,
            ping_interval=None,
            proxy=None,
            open_timeout=TIMEOUT,
            close_timeout=5,
        )
        return cls(socket, port, ticket)

    async def receive(self) -> bytes:
        """Return the next frame's payload, undecoded, also for text frames."""
        async with asyncio.timeout(TIMEOUT):
            frame = await self.socket.recv(decode=False)
        self.frames += 1
        self.bytes += len(frame)
        return frame

    async def receive_large(self, size: int) -> None:
        """Wait for a frame of at least `size` bytes."""
        while len(await self.receive()) < size:
            pass

    async def leave(self, http: http.client.HTTPConnection) -> None:
        """Send the close beacon, then drop the socket, like a page that is closed."""
        http.request(
            "POST",
            self.ticket.close_path,
            body=b"",
            headers={"Cookie": self.ticket.cookie, "Origin": f"http://{HOST}:{self.port}"},
        )
        response = http.getresponse()
        response.read()
        if response.status >= 400:
            raise RuntimeError(f"the close beacon was answered {response.status}")
        self.socket.transport.abort()
