"""Counts the usage of a server: opened sockets, and browsers.

Only numbers are stored. Browsers are distinguished by a hash of the session id that differs between
processes and never leaves them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from sundog.ids import SessionId

# Further browsers are not counted, to bound the memory.
MAX_SESSIONS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of sockets and browsers since the start, and of browsers on this day."""

    connections: int = 0
    sessions: int = 0
    sessions_today: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.connections + other.connections,
            self.sessions + other.sessions,
            self.sessions_today + other.sessions_today,
        )


class Totals(Protocol):
    """The counts of a whole server, which may have several workers."""

    def read(self) -> Counts:
        """Return the current counts."""
        ...

    def begin_day(self) -> None:
        """Count the browsers of a new day from now on."""
        ...


class Ledger(Protocol):
    """The destination of a worker's counts."""

    def day(self) -> int:
        """Return the number of the day that is counted now."""
        ...

    def write(self, day: int, counts: Counts) -> None:
        """Set the counts for the given day."""
        ...


class Usage:
    """Counts for one worker. Used on its event loop."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._connections = 0
        self._day = 0
        self._sessions: set[int] = set()
        self._today: set[int] = set()

    def note(self, session_id: SessionId) -> None:
        """Count a socket of a session."""
        day = self._ledger.day()
        if day != self._day:
            self._day = day
            self._today.clear()
        self._connections += 1
        session = hash(session_id)
        for known in (self._sessions, self._today):
            if len(known) < MAX_SESSIONS:
                known.add(session)
        counts = Counts(self._connections, len(self._sessions), len(self._today))
        self._ledger.write(day, counts)


class OwnLedger:
    """The ledger of a server with one process, and its totals. Thread-safe."""

    def __init__(self) -> None:
        self._day = 0
        # One reference, replaced as a whole.
        self._written = (0, Counts())

    def day(self) -> int:
        """Return the number of the day that is counted now."""
        return self._day

    def write(self, day: int, counts: Counts) -> None:
        """Set the counts for the given day."""
        self._written = (day, counts)

    def read(self) -> Counts:
        """Return the current counts."""
        day, counts = self._written
        if day == self._day:
            return counts
        return Counts(counts.connections, counts.sessions, 0)

    def begin_day(self) -> None:
        """Count the browsers of a new day from now on."""
        self._day += 1
