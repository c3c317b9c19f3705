"""Assigns sessions and their kernels to workers.

An id starts with the number of its worker, such as ``2~…``: the creator of an id chooses the
worker, and every worker can see where an id belongs. All kernels of a session are in one worker
while that worker serves. Ids without a number (from an older version, or from a server with one
process) are assigned to a worker by their hash.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from typing import Final, Protocol

from sundog.ids import KernelId, SessionId
from sundog.registry.capacity import Share

# Allowed in paths and cookies, and not part of a token.
_SEPARATOR: Final = "~"


class SharedState(Protocol):
    """The state that the workers of a server share. Each changes only its own row."""

    count: int

    def serves(self, number: int) -> bool:
        """Return whether a worker has run the app and accepts pages."""
        ...

    def kernels(self, number: int) -> int:
        """Return the number of kernels of a worker."""
        ...

    def connections(self, number: int) -> int:
        """Return the number of sockets of a worker."""
        ...

    def set_serving(self, number: int, serving: bool) -> None:
        """Set whether a worker accepts pages."""
        ...

    def set_kernels(self, number: int, count: int) -> None:
        """Set the number of kernels of a worker."""
        ...

    def set_connections(self, number: int, count: int) -> None:
        """Set the number of sockets of a worker."""
        ...


class Cluster:
    """The workers of a server, as the worker in `number` sees them."""

    def __init__(self, number: int, shared_state: SharedState) -> None:
        self.number = number
        self._shared_state = shared_state
        self.count = shared_state.count

    # Where ids belong --------------------------------------------------------------------------

    def worker_of(self, identifier: str) -> int:
        """Return the number of the worker that a session or kernel id belongs to.

        If a worker with this number no longer exists, another one takes its place.
        """
        if self.count == 1:
            return 0
        number, separator, _ = identifier.partition(_SEPARATOR)
        if separator and number.isascii() and number.isdigit() and len(number) <= 3:
            return int(number) % self.count
        token = identifier.partition(".")[0]
        return zlib.crc32(token.encode("utf-8", "surrogateescape")) % self.count

    def is_here(self, kernel_id: KernelId) -> bool:
        """Return whether a kernel with this id can only be in this worker."""
        return self.worker_of(kernel_id) == self.number

    def serves(self, number: int) -> bool:
        """Return whether the worker with a number accepts pages now."""
        return self._shared_state.serves(number)

    def prefix_for_session(self) -> str:
        """Return the prefix for the id of a new session, in a worker with capacity."""
        return self._prefix(self._less_busy())

    def prefix_for_kernel(self, session_id: SessionId) -> str:
        """Return the prefix for the id of a session's next kernel."""
        home = self.worker_of(session_id)
        return self._prefix(home if self.serves(home) else self._less_busy())

    def _prefix(self, number: int) -> str:
        return "" if self.count == 1 else f"{number}{_SEPARATOR}"

    def _less_busy(self) -> int:
        # The less busy of two random workers, because the numbers are slightly old and all would
        # choose the same one.
        shared_state = self._shared_state
        serving = [number for number in range(self.count) if shared_state.serves(number)]
        if not serving:
            return self.number
        some = random.sample(serving, min(2, len(serving)))
        return min(some, key=shared_state.kernels)

    # What the others have ----------------------------------------------------------------------

    @property
    def kernels(self) -> Share:
        """Return the number of kernels in this worker and in the others."""
        shared_state = self._shared_state
        return WorkerShare(
            self.number, shared_state.count, shared_state.kernels, shared_state.set_kernels
        )

    @property
    def connections(self) -> Share:
        """Return the number of sockets in this worker and in the others."""
        shared_state = self._shared_state
        return WorkerShare(
            self.number, shared_state.count, shared_state.connections, shared_state.set_connections
        )

    def set_serving(self, serving: bool) -> None:
        """Publish whether this worker accepts pages."""
        self._shared_state.set_serving(self.number, serving)


class WorkerShare:
    """This worker's share of a number with one limit for all workers."""

    def __init__(
        self,
        number: int,
        count: int,
        read: Callable[[int], int],
        write: Callable[[int, int], None],
    ) -> None:
        self._worker = number
        self._others = [each for each in range(count) if each != number]
        self._read = read
        self._write = write

    @property
    def elsewhere(self) -> int:
        """The number in other workers."""
        return sum(map(self._read, self._others))

    def note(self, number: int) -> None:
        """Publish this worker's number."""
        self._write(self._worker, number)
