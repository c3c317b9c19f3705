"""Whom a kernel runs for, which a kernel that was made in advance does not know yet."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from sundog.ids import KernelId, SessionId
from sundog.kernel.request import NO_REQUEST, Request


class NobodyYetError(BaseException):
    """An app asked whom it runs for, in a kernel that was made in advance.

    No `Exception`: the app's own handlers must not take it for a failure of theirs.
    """


@dataclass(frozen=True, slots=True)
class Visitor:
    """The page that a kernel was made for: what it calls the kernel, its session, its request."""

    kernel_id: KernelId
    session_id: SessionId
    request: Request = NO_REQUEST


class Identity:
    """A kernel's visitor, known from the start or later. Thread-safe."""

    def __init__(self, visitor: Visitor | None) -> None:
        self._visitor = visitor
        # The lock guards that a kernel whose app has asked in vain gets no visitor any more.
        self._lock = threading.Lock()
        self._asked = False

    @property
    def asked_in_vain(self) -> bool:
        """Whether the app has asked before there was an answer."""
        return self._asked

    def get(self) -> Visitor:
        """Return the visitor. Raises `NobodyYetError`."""
        if self._visitor is None:
            with self._lock:
                if self._visitor is None:
                    self._asked = True
                    raise NobodyYetError("nobody has opened this app yet")
        return self._visitor

    def settle(self, visitor: Visitor) -> bool:
        """Give the kernel to a visitor; returns False where its app has asked already."""
        with self._lock:
            if self._asked:
                return False
            self._visitor = visitor
            return True
