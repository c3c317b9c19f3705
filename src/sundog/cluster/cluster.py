"""Which of several workers a session and its kernels live in.

An id begins with the number of its worker, as in ``2~…``: whoever mints an id chooses the worker,
and every worker can tell where an id belongs without asking. All kernels of a session are in one
worker, as long as that one serves. Ids without a number (of an older version, or of a server that
was one process) belong to a worker by their hash.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from typing import Final, Protocol

from sundog.ids import KernelId, SessionId
from sundog.registry.capacity import Share

# Allowed in paths and cookies, and no part of a token.
_SEPARATOR: Final = "~"


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
    """The workers that serve together, as one of them, number `slot`, sees them."""

    def __init__(self, slot: int, shared_state: SharedState) -> None:
        self.slot = slot
        self._shared_state = shared_state
        self.count = shared_state.count

    # Where ids belong --------------------------------------------------------------------------

    def slot_of(self, identifier: str) -> int:
        """Return the number of the worker that an id of a session or kernel belongs to.

        The number of a worker that is no longer there stands for one that is.
        """
        if self.count == 1:
            return 0
        number, separator, _ = identifier.partition(_SEPARATOR)
        if separator and number.isascii() and number.isdigit() and len(number) <= 3:
            return int(number) % self.count
        token = identifier.partition(".")[0]
        return zlib.crc32(token.encode("utf-8", "surrogateescape")) % self.count

    def is_here(self, kernel_id: KernelId) -> bool:
        """Whether a kernel of this id can only be in this worker."""
        return self.slot_of(kernel_id) == self.slot

    def serves(self, slot: int) -> bool:
        """Whether the worker in a slot takes pages now."""
        return self._shared_state.serves(slot)

    def prefix_for_session(self) -> str:
        """Return what the id of a new session begins with, to be in a worker with room."""
        return self._prefix(self._less_busy())

    def prefix_for_kernel(self, session_id: SessionId) -> str:
        """Return what the id of a session's next kernel begins with."""
        home = self.slot_of(session_id)
        return self._prefix(home if self.serves(home) else self._less_busy())

    def _prefix(self, slot: int) -> str:
        return "" if self.count == 1 else f"{slot}{_SEPARATOR}"

    def _less_busy(self) -> int:
        # Of two by chance: the numbers are old by a moment, and all would run to the same one.
        shared_state = self._shared_state
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
        return WorkerShare(
            self.slot, shared_state.count, shared_state.kernels, shared_state.set_kernels
        )

    @property
    def connections(self) -> Share:
        """How many sockets there are in this worker and in the others."""
        shared_state = self._shared_state
        return WorkerShare(
            self.slot, shared_state.count, shared_state.connections, shared_state.set_connections
        )

    def set_serving(self, serving: bool) -> None:
        """Let the others know whether this worker takes pages."""
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
        """Let the others know how many this worker has."""
        self._write(self._slot, number)
