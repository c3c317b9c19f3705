"""Checks that a worker's event loop runs: the worker counts, and the supervisor watches."""

from __future__ import annotations

import asyncio
import enum
import sys
from collections.abc import Callable
from typing import Final

BEAT_SECONDS: Final = 0.5
# Longer than a garbage collection or a busy machine delays an event loop.
SUSPECT_SECONDS: Final = 2.0
# A starting app may load large libraries, which hold the interpreter's lock.
START_FACTOR: Final = 6.0
# A supervisor that paused for longer was stopped itself, for example by a suspended machine.
LONGEST_GAP: Final = 2.5

_DEBUGGERS: Final = ("debugpy", "pydevd")


class Heartbeat:
    """Count on the running event loop until it is closed."""

    def __init__(self, write: Callable[[int], None]) -> None:
        self._write = write
        self._count = 0
        self._loop = asyncio.get_running_loop()
        self._beat()

    def _beat(self) -> None:
        self._count += 1
        # A debugger stops all threads for as long as its user likes.
        debugged = any(name in sys.modules for name in _DEBUGGERS)
        self._write(0 if debugged else self._count)
        self._loop.call_later(BEAT_SECONDS, self._beat)


class Health(enum.Enum):
    """The state of a worker."""

    WELL = enum.auto()
    SUSPECT = enum.auto()
    HUNG = enum.auto()


class HealthCheck:
    """Watches one worker's count. Times are seconds of a monotonic clock.

    A worker hangs if its count stands still for `timeout` seconds (six times as long until it is
    ready). 0 turns this off. A count of 0 is not watched.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._count = 0
        self._since = 0.0
        self._looked = 0.0

    def look(self, now: float, count: int, *, ready: bool) -> Health:
        """Return the state of a worker with this count. Call it about every second."""
        gap, self._looked = now - self._looked, now
        if count != self._count or count == 0 or gap > LONGEST_GAP:
            self._count = count
            self._since = now
            return Health.WELL
        silence = now - self._since
        bound = self._timeout if ready else START_FACTOR * self._timeout
        if bound and silence >= bound:
            return Health.HUNG
        return Health.SUSPECT if silence >= SUSPECT_SECONDS else Health.WELL
