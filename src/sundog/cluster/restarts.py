"""Decides when a worker that has exited is restarted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# How long the second restart in a row waits. The first one does not wait.
FIRST_SECONDS: Final = 0.5
# The longest wait for a worker that has served, and for one that has not.
MOST_SECONDS: Final = 1.0
MOST_SECONDS_UNREADY: Final = 30.0
# A worker that has served for this long did not fail.
CALM_SECONDS: Final = 60.0
MAX_FAILED_STARTS: Final = 3


@dataclass(slots=True)
class Restarts:
    """The restarts of one worker. Times are seconds of a monotonic clock."""

    # Exits in a row that came too early, and those of them before the worker was ready.
    too_soon: int = 0
    failed_starts: int = 0

    def delay_after(self, now: float, ready_since: float | None) -> float:
        """Count an exit, and return the seconds to wait before the restart."""
        if ready_since is None:
            self.failed_starts += 1
            most = MOST_SECONDS_UNREADY
        else:
            self.failed_starts = 0
            most = MOST_SECONDS
            if now - ready_since >= CALM_SECONDS:
                self.too_soon = 0
        self.too_soon += 1
        if self.too_soon == 1:
            return 0.0
        return float(min(most, FIRST_SECONDS * 2 ** (self.too_soon - 2)))

    @property
    def hopeless(self) -> bool:
        """Whether it has exited repeatedly without ever serving."""
        return self.failed_starts >= MAX_FAILED_STARTS
