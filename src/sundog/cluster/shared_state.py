"""The state that the workers of a server share, in shared memory."""

from __future__ import annotations

import ctypes
import enum
from multiprocessing.context import SpawnContext
from typing import Final

from sundog.web.usage import Counts


class _Field(enum.IntEnum):
    SERVING = 0
    KERNELS = 1
    CONNECTIONS = 2
    # Counts while the event loop runs.
    BEATS = 7
    # Written by the supervisor: whether the event loop seems to hang.
    SUSPECT = 8
    # The usage counts, and the day they belong to.
    DAY = 3
    CONNECTIONS_MADE = 4
    SESSIONS = 5
    SESSIONS_TODAY = 6


_WIDTH: Final = len(_Field)


class SharedMemoryState:
    """A row of integers per worker. Each worker writes only its own row, so no locks are needed.

    Created by the supervisor, and passed to each worker at its start.
    """

    def __init__(self, context: SpawnContext, count: int) -> None:
        self.count = count
        self._cells = context.RawArray(ctypes.c_uint64, count * _WIDTH)
        # Written only by the supervisor.
        self._today = context.RawValue(ctypes.c_uint64, 0)

    def serves(self, number: int) -> bool:
        """Return whether a worker has run the app, accepts pages and responds."""
        return bool(self._get(number, _Field.SERVING)) and not self._get(number, _Field.SUSPECT)

    def kernels(self, number: int) -> int:
        """Return the number of kernels of a worker."""
        return self._get(number, _Field.KERNELS)

    def connections(self, number: int) -> int:
        """Return the number of sockets of a worker."""
        return self._get(number, _Field.CONNECTIONS)

    def set_serving(self, number: int, serving: bool) -> None:
        """Set whether a worker accepts pages."""
        self._set(number, _Field.SERVING, int(serving))

    def set_kernels(self, number: int, count: int) -> None:
        """Set the number of kernels of a worker."""
        self._set(number, _Field.KERNELS, count)

    def set_connections(self, number: int, count: int) -> None:
        """Set the number of sockets of a worker."""
        self._set(number, _Field.CONNECTIONS, count)

    def beats(self, number: int) -> int:
        """Return the count of a worker's event loop; 0 if it is not watched."""
        return self._get(number, _Field.BEATS)

    def set_beats(self, number: int, count: int) -> None:
        """Set the count of a worker's event loop."""
        self._set(number, _Field.BEATS, count)

    def set_suspect(self, number: int, suspect: bool) -> None:
        """Set whether a worker's event loop seems to hang. For the supervisor."""
        self._set(number, _Field.SUSPECT, int(suspect))

    def clear(self, number: int) -> None:
        """Note that a worker has ended."""
        for field in _Field:
            self._set(number, field, 0)

    # Usage -------------------------------------------------------------------------------------

    def day(self) -> int:
        """Return the number of the day that is counted now."""
        return int(self._today.value)

    def begin_day(self) -> None:
        """Let all workers count the browsers of a new day."""
        self._today.value += 1

    def write_counts(self, number: int, day: int, counts: Counts) -> None:
        """Set a worker's usage counts for the given day."""
        self._set(number, _Field.DAY, day)
        self._set(number, _Field.CONNECTIONS_MADE, counts.connections)
        self._set(number, _Field.SESSIONS, counts.sessions)
        self._set(number, _Field.SESSIONS_TODAY, counts.sessions_today)

    def read_counts(self, number: int) -> Counts:
        """Return a worker's usage counts."""
        today = self._get(number, _Field.DAY) == self.day()
        return Counts(
            self._get(number, _Field.CONNECTIONS_MADE),
            self._get(number, _Field.SESSIONS),
            self._get(number, _Field.SESSIONS_TODAY) if today else 0,
        )

    def _get(self, number: int, field: _Field) -> int:
        return int(self._cells[number * _WIDTH + field])

    def _set(self, number: int, field: _Field, value: int) -> None:
        self._cells[number * _WIDTH + field] = value
