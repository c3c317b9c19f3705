"""The kernels that a worker's threads run, in memory that outlives the worker."""

from __future__ import annotations

import ctypes
import threading
from collections import deque
from multiprocessing.context import SpawnContext
from typing import Final

ROWS: Final = 256
_NAME_BYTES: Final = 8


class RunningKernels:
    """A table of threads and the short ids of the kernels that they run.

    Created by the supervisor. The worker writes it through a `DriveLog`; the supervisor reads it
    when the worker has ended or hangs.
    """

    def __init__(self, context: SpawnContext) -> None:
        self._cells = context.RawArray(ctypes.c_uint64, 2 * ROWS)

    def write(self, row: int, thread: int, name: bytes) -> None:
        """Note that a thread runs a kernel; 0 means none."""
        self._cells[2 * row + 1] = int.from_bytes(name[:_NAME_BYTES].ljust(_NAME_BYTES, b"\0"))
        self._cells[2 * row] = thread

    def erase(self, row: int) -> None:
        """Note that the thread of a row runs no kernel now."""
        self._cells[2 * row] = 0

    def read(self) -> dict[int, str]:
        """Return the running kernels, by thread identifier."""
        found = {}
        for row in range(ROWS):
            thread = int(self._cells[2 * row])
            if thread:
                name = int(self._cells[2 * row + 1]).to_bytes(_NAME_BYTES)
                found[thread] = name.rstrip(b"\0").decode("ascii", "replace")
        return found

    def clear(self) -> None:
        """Clear the table before a new worker writes to it."""
        for row in range(ROWS):
            self.erase(row)


class DriveLog:
    """Records the kernels that a worker's threads run. Thread-safe and without locks."""

    def __init__(self, running: RunningKernels) -> None:
        self._running = running
        self._free = deque(range(ROWS))

    def began(self, name: str) -> int | None:
        """Note that the calling thread runs a kernel; return the argument for `ended`.

        Beyond 256 threads, nothing is recorded and None is returned.
        """
        try:
            row = self._free.pop()
        except IndexError:
            return None
        self._running.write(row, threading.get_ident(), name.encode("ascii", "replace"))
        return row

    def ended(self, row: int | None) -> None:
        """Note that the calling thread no longer runs the kernel."""
        if row is not None:
            self._running.erase(row)
            self._free.append(row)
