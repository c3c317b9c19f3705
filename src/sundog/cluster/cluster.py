"""Which of several workers a session and its kernels live in.

An id says it itself: the worker is a hash of its random part. So whoever mints an id chooses the
worker by choosing the id, and every worker can tell, without asking, whose it is. All kernels of a
session are in one worker, as long as that one serves.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from typing import Protocol

from sundog.ids import KernelId, SessionId
from sundog.registry.capacity import Share, WholeShare

Fits = Callable[[str], bool]


class SharedState(Protocol):
    """What the workers of one server know of each other; each changes its own line only."""

    count: int

    def serves(self, slot: int) -> bool:
        """Whether a worker has run the app and takes pages."""
        ...

    def kernels(self, slot: int) -> int:
        """How many kernels a worker has."""
        ...

    def connections(self, slot: int) -> int:
        """How many sockets a worker has."""
        ...

    def set_serving(self, slot: int, serving: bool) -> None:
        """Note that a worker takes pages from now on, or no more."""
        ...

    def set_kernels(self, slot: int, count: int) -> None:
        """Note how many kernels a worker has."""
        ...

    def set_connections(self, slot: int, count: int) -> None:
        """Note how many sockets a worker has."""
        ...


class Cluster:
    """The workers that serve together, as the one in a slot sees them; alone without a board."""

    def __init__(self, slot: int = 0, shared_state: SharedState | None = None) -> None:
        self.slot = slot
        self._shared_state = shared_state
        self.count = 1 if shared_state is None else shared_state.count

    # Places ------------------------------------------------------------------------------------

    def slot_of(self, identifier: str) -> int:
        """Return the slot of the worker that an id of a session or kernel belongs to."""
        if self.count == 1:
            return 0
        token = identifier.partition(".")[0]
        return zlib.crc32(token.encode("utf-8", "surrogateescape")) % self.count

    def is_here(self, kernel_id: KernelId) -> bool:
        """Whether a kernel of this id can only be in this worker."""
        return self.slot_of(kernel_id) == self.slot

    def serves(self, slot: int) -> bool:
        """Whether the worker in a slot takes pages now."""
        return self._shared_state is None or self._shared_state.serves(slot)

    def for_new_session(self) -> Fits:
        """Return what an id of a new session must fulfil to be in a worker with room."""
        return self._in(self._less_busy())

    def for_kernel_of(self, session_id: SessionId) -> Fits:
        """Return what an id of a session's next kernel must fulfil."""
        home = self.slot_of(session_id)
        return self._in(home if self.serves(home) else self._less_busy())

    def _in(self, slot: int) -> Fits:
        return lambda identifier: self.slot_of(identifier) == slot

    def _less_busy(self) -> int:
        # Of two by chance: the numbers are old by a moment, and all would run to the same one.
        shared_state = self._shared_state
        if shared_state is None:
            return self.slot
        serving = [slot for slot in range(self.count) if shared_state.serves(slot)]
        if not serving:
            return self.slot
        some = random.sample(serving, min(2, len(serving)))
        return min(some, key=shared_state.kernels)

    # What the others have ----------------------------------------------------------------------

    @property
    def kernels(self) -> Share:
        """How many kernels there are in this worker and in the others."""
        shared_state = self._shared_state
        if shared_state is None:
            return WholeShare()
        return WorkerShare(
            self.slot, shared_state.count, shared_state.kernels, shared_state.set_kernels
        )

    @property
    def connections(self) -> Share:
        """How many sockets there are in this worker and in the others."""
        shared_state = self._shared_state
        if shared_state is None:
            return WholeShare()
        return WorkerShare(
            self.slot, shared_state.count, shared_state.connections, shared_state.set_connections
        )

    def set_serving(self, serving: bool) -> None:
        """Tell the others whether this worker takes pages."""
        if self._shared_state is not None:
            self._shared_state.set_serving(self.slot, serving)


class WorkerShare:
    """This worker's share of a number that has one bound for all workers."""

    def __init__(
        self,
        slot: int,
        count: int,
        read: Callable[[int], int],
        write: Callable[[int, int], None],
    ) -> None:
        self._slot = slot
        self._others = [each for each in range(count) if each != slot]
        self._read = read
        self._write = write

    @property
    def elsewhere(self) -> int:
        """How many the others have."""
        return sum(map(self._read, self._others))

    def note(self, number: int) -> None:
        """Tell the others how many this worker has."""
        self._write(self._slot, number)
