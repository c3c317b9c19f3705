"""The usage of all workers of a server, as the supervisor and each worker see it."""

from __future__ import annotations

from dataclasses import replace

from sundog.cluster.shared_state import SharedMemoryState
from sundog.web.usage import Counts


class WorkerLedger:
    """The destination of one worker's counts."""

    def __init__(self, shared_state: SharedMemoryState, number: int) -> None:
        self._shared_state = shared_state
        self._worker = number

    def day(self) -> int:
        """Return the number of the day that is counted now."""
        return self._shared_state.day()

    def write(self, day: int, counts: Counts) -> None:
        """Set the counts for the given day."""
        self._shared_state.write_counts(self._worker, day, counts)


class WorkersTotals:
    """The counts of all workers, including those that have ended.

    All sockets of a browser are in one worker, so the sum counts it once.
    """

    def __init__(self, shared_state: SharedMemoryState) -> None:
        self._shared_state = shared_state
        self._past = Counts()

    def read(self) -> Counts:
        """Return the current counts."""
        return sum(map(self._shared_state.read_counts, range(self._shared_state.count)), self._past)

    def begin_day(self) -> None:
        """Count the browsers of a new day from now on."""
        self._shared_state.begin_day()
        self._past = replace(self._past, sessions_today=0)

    def keep(self, number: int) -> None:
        """Keep the counts of a worker that has ended, before its row is cleared."""
        self._past += self._shared_state.read_counts(number)
