"""Remembers which kernels have ended, in constant memory."""

from __future__ import annotations

from array import array

from sundog.ids import KernelId

SLOTS = 1 << 14


class EndedIds:
    """A set of kernel ids that forgets: a newer id may replace an older one.

    It stores only hashes, in one block allocated at start. An id object for each ended kernel would
    lie between allocations of other kernels, and keep their memory from being returned to the
    system.
    """

    def __init__(self) -> None:
        self._hashes = array("q", [0]) * SLOTS

    def add(self, kernel_id: KernelId) -> None:
        """Remember an id."""
        value = hash(kernel_id)
        self._hashes[value % SLOTS] = value

    def __contains__(self, kernel_id: KernelId) -> bool:
        value = hash(kernel_id)
        return self._hashes[value % SLOTS] == value
