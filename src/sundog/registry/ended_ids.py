"""Remembers which kernels have ended, in memory that does not grow."""

from __future__ import annotations

from array import array

from sundog.ids import KernelId

SLOTS = 1 << 14


class EndedIds:
    """A set of kernel ids that forgets: a newer id may take an older one's slot.

    Only hashes are kept, in one block made at the start. An id kept as an object for each ended
    kernel would lie between what other kernels allocate, and keep that memory from the system.
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
