"""The client of a kernel, which a prewarmed kernel does not have yet."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from sundog.ids import KernelId, SessionId
from sundog.kernel.request import NO_REQUEST, Request


class NoClientYetError(BaseException):
    """An app asked for its client in a prewarmed kernel.

    Not an `Exception`, so that the app's own handlers don't catch it.
    """


@dataclass(frozen=True, slots=True)
class Client:
    """The page that a kernel was created for: the kernel's public id, its session, its request."""

    kernel_id: KernelId
    session_id: SessionId
    request: Request = NO_REQUEST


class Identity:
    """A kernel's client, known from the start or later. Thread-safe."""

    def __init__(self, client: Client | None) -> None:
        self._client = client
        # The lock guards that a kernel whose app has asked too early never gets a client.
        self._lock = threading.Lock()
        self._asked = False

    @property
    def was_asked_too_early(self) -> bool:
        """Whether the app has asked before there was a client."""
        return self._asked

    def get(self) -> Client:
        """Return the client. Raises `NoClientYetError`."""
        if self._client is None:
            with self._lock:
                if self._client is None:
                    self._asked = True
                    raise NoClientYetError("no page has opened this app yet")
        return self._client

    def settle(self, client: Client) -> bool:
        """Assign the kernel to a client. Returns False if its app has already asked."""
        with self._lock:
            if self._asked:
                return False
            self._client = client
            return True
