"""The registry's entries for its kernels, and the ids of ended kernels."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping

from sundog.ids import ConnectionId, KernelId, SessionId
from sundog.kernel import VirtualKernel
from sundog.registry.attachment import Connection
from sundog.registry.capacity import Share
from sundog.registry.ended_ids import EndedIds
from sundog.registry.lifecycle.states import KernelState, Lifecycle


class Entry:
    """A kernel, its state, and the connections of its pages."""

    __slots__ = ("connections", "ended", "kernel", "life")

    def __init__(self, kernel: VirtualKernel) -> None:
        self.kernel = kernel
        self.life = Lifecycle()
        self.connections: dict[ConnectionId, Connection] = {}
        # Set when the kernel has ended, if something waits for it.
        self.ended: asyncio.Event | None = None

    @property
    def is_ending(self) -> bool:
        """Whether the kernel has started to end."""
        return self.life.state in (KernelState.CLOSING, KernelState.CLOSED)


class Entries(Mapping[KernelId, Entry]):
    """The kernels of a worker, by id. Reports their number to `share`."""

    def __init__(self, share: Share) -> None:
        self._share = share
        self._entries: dict[KernelId, Entry] = {}
        self._ended = EndedIds()
        self.per_session: Counter[SessionId] = Counter()
        # Set when the last kernel is removed.
        self.emptied = asyncio.Event()

    def __getitem__(self, kernel_id: KernelId) -> Entry:
        return self._entries[kernel_id]

    def __iter__(self) -> Iterator[KernelId]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, kernel: VirtualKernel) -> Entry:
        """Add a new kernel."""
        entry = self._entries[kernel.id] = Entry(kernel)
        self.per_session[kernel.session_id] += 1
        self._share.note(len(self._entries))
        self.emptied.clear()
        return entry

    def remove(self, entry: Entry) -> None:
        """Remove a kernel that has ended."""
        kernel = entry.kernel
        del self._entries[kernel.id]
        self.per_session[kernel.session_id] -= 1
        if not self.per_session[kernel.session_id]:
            del self.per_session[kernel.session_id]
        self.note_end(kernel.id)
        self._share.note(len(self._entries))
        if not self._entries:
            self.emptied.set()
        if entry.ended is not None:
            entry.ended.set()

    def note_end(self, kernel_id: KernelId) -> None:
        """Note that a kernel with this id must not be created any more."""
        self._ended.add(kernel_id)

    def has_ended(self, kernel_id: KernelId) -> bool:
        """Return whether a kernel with this id has ended, if that is still remembered."""
        return kernel_id in self._ended

    def longest_disconnected(self) -> Entry | None:
        """Return the kernel that has been disconnected longest; None if all are connected."""
        orphans = (
            (entry.life.deadline, number, entry)
            for number, entry in enumerate(self._entries.values())
            if entry.life.state is KernelState.ORPHANED and entry.life.deadline is not None
        )
        # All have the same timeout, so the one that expires first was disconnected first.
        return min(orphans, default=(0.0, 0, None))[2]
