"""Limits of sockets: by address, by session, and in total."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from sundog.clock import Clock
from sundog.errors import SundogError
from sundog.ids import SessionId
from sundog.registry import Share, WholeShare
from sundog.web.access.rate_limits import AddressBuckets
from sundog.web.access.refusals import Refusal

RETRY_SECONDS = 10


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Limits of sockets; None means no limit. Rates are per second."""

    handshake_rate: float | None = 20
    handshake_burst: int = 100
    count: int | None = None
    per_session: int | None = 200


class NotAdmittedError(SundogError):
    """This socket exceeds a limit. The text is for the user."""

    def __init__(self, text: str, reason: Refusal, retry_after: int) -> None:
        super().__init__(text)
        self.reason = reason
        self.retry_after = retry_after


class Admission:
    """Counts sockets. Used from the server's event loop only."""

    def __init__(
        self,
        limits: ConnectionLimits | None = None,
        clock: Clock | None = None,
        share: Share | None = None,
    ) -> None:
        self._limits = limits or ConnectionLimits()
        self._addresses = AddressBuckets(
            self._limits.handshake_rate, self._limits.handshake_burst, clock
        )
        self._share: Share = share or WholeShare()
        self._sessions: Counter[SessionId] = Counter()
        self._places: dict[Hashable, Callable[[], None]] = {}

    @property
    def count(self) -> int:
        """The number of sockets."""
        return len(self._places)

    @property
    def session_count(self) -> int:
        """The number of sessions with sockets."""
        return len(self._sessions)

    def check(self, client: tuple[Any, ...] | None) -> None:
        """Count a handshake of an address. Raises `NotAdmittedError` if there are too many."""
        wait = self._addresses.take(None if client is None else str(client[0]))
        if wait:
            raise NotAdmittedError(
                "There are too many connections from your network.", Refusal.HANDSHAKES, wait
            )

    def acquire(self, session_id: SessionId, page: Hashable) -> Callable[[], None]:
        """Count a socket of a page until the returned function is called, once or repeatedly.

        Each page counts once: its new socket replaces its old one, which may hang for a while.
        Raises `NotAdmittedError` if there are too many.
        """
        former = self._places.get(page)
        if former is not None:
            former()
        limits = self._limits
        if limits.count is not None and self.count + self._share.elsewhere >= limits.count:
            raise NotAdmittedError(
                "The server has too many connections.",
                Refusal.CONNECTIONS,
                RETRY_SECONDS,
            )
        if limits.per_session is not None and self._sessions[session_id] >= limits.per_session:
            raise NotAdmittedError(
                "This browser has too many pages of this server open.",
                Refusal.SESSION_CONNECTIONS,
                RETRY_SECONDS,
            )

        def leave() -> None:
            if self._places.get(page) is leave:
                del self._places[page]
                self._share.note(self.count)
                self._sessions[session_id] -= 1
                if not self._sessions[session_id]:
                    del self._sessions[session_id]

        self._places[page] = leave
        self._share.note(self.count)
        self._sessions[session_id] += 1
        return leave
