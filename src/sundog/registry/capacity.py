"""Limits of kernels: by number, by session, by memory."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sundog.errors import KernelLimitError
from sundog.registry.memory import release_memory, resident_bytes

logger = logging.getLogger(__name__)

CHECK_SECONDS = 5.0
END_SECONDS = 10.0

Measure = Callable[[], int | None]


@dataclass(frozen=True, slots=True)
class RegistryLimits:
    """The limits of kernels, and how long a kernel waits for its pages, in seconds.

    `memory` is in bytes, for the whole process. None means no limit.
    """

    cull_timeout: float = 24 * 3600.0
    max_count: int | None = None
    max_per_session: int | None = 100
    memory: int | None = None


class Share(Protocol):
    """This process's share of a number that is limited over several processes."""

    @property
    def elsewhere(self) -> int:
        """The number in other processes."""
        ...

    def note(self, number: int) -> None:
        """Report this process's number to the others."""
        ...


class WholeShare:
    """The share of a process that is alone."""

    elsewhere = 0

    def note(self, number: int) -> None:
        """Do nothing: there are no other processes."""


class Capacity:
    """Compares the number of kernels and the memory with the limits.

    `measure` returns the process's memory; `share` is its share of the kernels if there are several
    processes.
    """

    def __init__(
        self,
        limits: RegistryLimits,
        measure: Measure = resident_bytes,
        share: Share | None = None,
    ) -> None:
        self.limits = limits
        self.share: Share = share or WholeShare()
        self._measure = measure

    @property
    def memory_is_limited(self) -> bool:
        """Whether memory is limited."""
        return self.limits.memory is not None

    def over_memory(self) -> bool:
        """Return whether the process exceeds its memory limit."""
        if self.limits.memory is None:
            return False
        used = self._measure()
        return used is not None and used > self.limits.memory

    def check(self, kernels: int, of_session: int) -> None:
        """Raise `KernelLimitError` if a limit of kernels is reached."""
        limits = self.limits
        if limits.max_count is not None and kernels + self.share.elsewhere >= limits.max_count:
            raise KernelLimitError("The server is full.", "kernels")
        if limits.max_per_session is not None and of_session >= limits.max_per_session:
            raise KernelLimitError(
                "This browser has too many pages of this server open.", "session-kernels"
            )


class Culls(Protocol):
    """The interface of the registry for the memory watch."""

    capacity: Capacity

    def cull(self) -> asyncio.Event | None:
        """End the kernel that has been disconnected longest; None if all are connected.

        The event is set when it has ended.
        """
        ...


class MemoryWatch:
    """Ends disconnected kernels, one after another, while memory exceeds its limit."""

    def __init__(self, registry: Culls, release: Callable[[], None] = release_memory) -> None:
        self._registry = registry
        self._release = release

    async def run(self) -> None:
        """Check from time to time while the server runs."""
        capacity = self._registry.capacity
        if not capacity.memory_is_limited:
            return
        if resident_bytes() is None:
            logger.warning(
                "SUNDOG_MEMORY_LIMIT has no effect: this system does not report memory usage"
            )
            return
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            await self.relieve()

    async def relieve(self) -> None:
        """End kernels until there is enough memory or no kernel is left to end."""
        loop = asyncio.get_running_loop()
        while self._registry.capacity.over_memory():
            ended = self._registry.cull()
            if ended is None:
                return
            try:
                async with asyncio.timeout(END_SECONDS):
                    await ended.wait()
            except TimeoutError:
                # Its code still runs. Try the next one.
                continue
            await loop.run_in_executor(None, self._release)
