"""Decides when to collect the memory of ended kernels."""

from __future__ import annotations

import asyncio

from sundog.registry.free_lists import renew_free_lists
from sundog.registry.memory import release_memory

COLLECT_AFTER_SECONDS = 1.0
# A collection stops all kernels while it checks their objects, so it must be worth it.
COLLECT_AFTER_ENDS = 50
COLLECT_AFTER_SHARE = 4


class Collector:
    """Releases the memory of kernels that ended within a short time together.

    Used only from the server's event loop.
    """

    def __init__(self) -> None:
        self._ended = 0
        self._handle: asyncio.TimerHandle | None = None
        self._stopped = False

    def note_end(self, left: int) -> None:
        """Note that a kernel has ended and how many are left."""
        self._ended += 1
        worth = max(COLLECT_AFTER_ENDS, left // COLLECT_AFTER_SHARE)
        if self._stopped or (left and self._ended < worth):
            return
        if self._handle is not None:
            if left:
                return
            # No other collection follows after the last one, and its sockets still have to end.
            self._handle.cancel()
        self._handle = asyncio.get_running_loop().call_later(COLLECT_AFTER_SECONDS, self._collect)

    def stop(self) -> None:
        """Stop collecting, because the process ends."""
        self._stopped = True
        if self._handle is not None:
            self._handle.cancel()

    def _collect(self) -> None:
        self._handle = None
        self._ended = 0
        loop = asyncio.get_running_loop()
        collected = loop.run_in_executor(None, release_memory)
        collected.add_done_callback(lambda _: None if self._stopped else renew_free_lists(loop))
