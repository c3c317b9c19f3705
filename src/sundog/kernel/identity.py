"""Whom a kernel runs for, which a kernel that was made in advance does not know yet."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from sundog.ids import KernelId, SessionId
from sundog.kernel.request import NO_REQUEST, Request


class NoClientYetError(BaseException):
    """An app asked whom it runs for, in a kernel that was made in advance.

    No `Exception`: the app's own handlers must not take it for a failure of theirs.
    """


@dataclass(frozen=True, slots=True)
class Client:
    """The page that a kernel was made for: what it calls the kernel, its session, its request."""

    kernel_id: KernelId
    session_id: SessionId
    request: Request = NO_REQUEST


class Identity:
    """A kernel's visitor, known from the start or later. Thread-safe."""

    def __init__(self, client: Client | None) -> None:
        self._client = client
        # The lock guards that a kernel whose app has asked in vain gets no visitor any more.
        self._lock = threading.Lock()
        self._asked = False

    @property
    def was_asked_too_early(self) -> bool:
        """Whether the app has asked before there was an answer."""
        return self._asked

    def get(self) -> Client:
        """Return the visitor. Raises `NoClientYetError`."""
        if self._client is None:
            with self._lock:
                if self._client is None:
                    self._asked = True
                    raise NoClientYetError("nobody has opened this app yet")
        return self._client

    def settle(self, client: Client) -> bool:
        """Give the kernel to a visitor; returns False where its app has asked already."""
        with self._lock:
            if self._asked:
                return False
            self._client = client
            return True
