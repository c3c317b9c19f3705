"""Limits how many errors of one kernel are logged per second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

MAX_PER_SECOND: Final = 20


class ErrorRate:
    """Admits a limited number of errors per second, and counts the rest. Thread-safe.

    A timer or callback that fails again and again would fill the server's disk.
    """

    def __init__(
        self, per_second: int = MAX_PER_SECOND, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_second = per_second
        self._now = now
        # The lock guards the attributes below.
        self._lock = threading.Lock()
        self._second = 0
        self._count = 0
        self._left_out = 0

    def admit(self) -> int | None:
        """Return None for an error to omit, or else the number omitted since the last one."""
        with self._lock:
            second = int(self._now())
            if second != self._second:
                self._second, self._count = second, 0
            if self._count >= self._per_second:
                self._left_out += 1
                return None
            self._count += 1
            left_out, self._left_out = self._left_out, 0
            return left_out
