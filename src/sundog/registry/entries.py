"""What a registry knows of each of its kernels, and which have ended."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping

from sundog.ids import ConnectionId, KernelId, SessionId
from sundog.kernel.kernel import VirtualKernel
from sundog.registry.attachment import Connection
from sundog.registry.capacity import Share
from sundog.registry.ended_ids import EndedIds
from sundog.registry.lifecycle.states import KernelState, Lifecycle


class Entry:
    """A kernel, where it is in its life, and the connections of its pages."""

    __slots__ = ("connections", "ended", "kernel", "life")

    def __init__(self, kernel: VirtualKernel) -> None:
        self.kernel = kernel
        self.life = Lifecycle()
        self.connections: dict[ConnectionId, Connection] = {}
        # Set when the kernel has ended, where somebody waits for that.
        self.ended: asyncio.Event | None = None

    @property
    def is_ending(self) -> bool:
        """Whether the kernel has begun to end."""
        return self.life.state in (KernelState.CLOSING, KernelState.CLOSED)


class Entries(Mapping[KernelId, Entry]):
    """The kernels of a worker, by their ids. `share` is told how many there are."""

    def __init__(self, share: Share) -> None:
        self._share = share
        self._entries: dict[KernelId, Entry] = {}
        self._ended = EndedIds()
        self.per_session: Counter[SessionId] = Counter()
        # Set when the last one has gone.
        self.emptied = asyncio.Event()

    def __getitem__(self, kernel_id: KernelId) -> Entry:
        return self._entries[kernel_id]

    def __iter__(self) -> Iterator[KernelId]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, kernel: VirtualKernel) -> Entry:
        """Take in a new kernel."""
        entry = self._entries[kernel.id] = Entry(kernel)
        self.per_session[kernel.session_id] += 1
        self._share.note(len(self._entries))
        self.emptied.clear()
        return entry

    def remove(self, entry: Entry) -> None:
        """Let go of a kernel that has ended."""
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
        """Note that there will be no kernel of this id any more."""
        self._ended.add(kernel_id)

    def has_ended(self, kernel_id: KernelId) -> bool:
        """Whether a kernel of this id has ended, as far as that is remembered."""
        return kernel_id in self._ended

    def longest_disconnected(self) -> Entry | None:
        """Return the kernel whose pages have been away longest; None where all have pages."""
        orphans = (
            (entry.life.deadline, number, entry)
            for number, entry in enumerate(self._entries.values())
            if entry.life.state is KernelState.ORPHANED and entry.life.deadline is not None
        )
        # All wait equally long, so that the first to be over is the first that was left.
        return min(orphans, default=(0.0, 0, None))[2]
