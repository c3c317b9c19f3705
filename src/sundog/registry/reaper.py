"""A heap with the deadlines of all kernels, on a given clock."""

from __future__ import annotations

import heapq

from sundog.clock import Clock
from sundog.ids import KernelId

COMPACT_FROM = 256


class Reaper:
    """Returns kernels whose deadline has passed. Used only from the server's event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[tuple[float, KernelId]] = []
        self._deadlines: dict[KernelId, float] = {}
        self._compact_at = COMPACT_FROM

    def set(self, kernel_id: KernelId, at: float | None) -> None:
        """Set or replace a kernel's deadline; None cancels it."""
        if at is None:
            self._deadlines.pop(kernel_id, None)
            return
        self._deadlines[kernel_id] = at
        if len(self._heap) >= self._compact_at:
            self._compact()
        heapq.heappush(self._heap, (at, kernel_id))

    @property
    def stored_count(self) -> int:
        """The number of stored deadlines, including replaced ones not removed yet."""
        return len(self._heap)

    def due(self) -> list[KernelId]:
        """Return the kernels whose deadline has passed, each once."""
        now = self._clock.now()
        result = []
        while self._heap and self._heap[0][0] <= now:
            at, kernel_id = heapq.heappop(self._heap)
            if self._deadlines.get(kernel_id) == at:
                del self._deadlines[kernel_id]
                result.append(kernel_id)
        return result

    def seconds_to_next(self) -> float | None:
        """Return the seconds until the next deadline, or None if there is none."""
        while self._heap and self._deadlines.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return max(0.0, self._heap[0][0] - self._clock.now()) if self._heap else None

    def _compact(self) -> None:
        """Drop replaced and cancelled deadlines, so that they don't accumulate."""
        self._heap = [entry for entry in self._heap if self._deadlines.get(entry[1]) == entry[0]]
        heapq.heapify(self._heap)
        self._compact_at = max(COMPACT_FROM, 2 * len(self._heap))
