"""The results of shared functions, and waiting for them."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final

from sundog.clock import Clock, SystemClock
from sundog.sharing.identity import identity

ABANDONED: Final = object()
"""The result of a computation whose page has ended; a waiting caller computes it instead."""


@dataclass(slots=True, eq=False)
class Entry:
    """One result, possibly still being computed."""

    future: Future[Any] = field(default_factory=Future)
    owner: int = field(default_factory=threading.get_ident)
    computed_at: float = 0.0


class SharedResults:
    """The results of one function."""

    def __init__(self, function: Callable[..., Any]) -> None:
        # The first copy of the function computes for all, so that a result does not depend on
        # the page that calls first.
        self.function = function
        self.lock = threading.Lock()
        # The lock guards the entries.
        self.entries: OrderedDict[Hashable, Entry] = OrderedDict()


class Store:
    """All shared results of a process."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or SystemClock()
        self._lock = threading.Lock()
        # The lock guards the table.
        self._results: dict[Hashable, SharedResults] = {}

    def results_of(self, function: Callable[..., Any]) -> SharedResults:
        """Return the results of a function, which all copies of it share."""
        key = identity(function)
        with self._lock:
            return self._results.setdefault(key, SharedResults(function))


async def settled(future: Future[Any]) -> Any:
    """Wait for a future of another thread. Cancelling the wait does not affect others."""
    loop = asyncio.get_running_loop()
    settled = asyncio.Event()

    def wake(_: Future[Any]) -> None:
        # If the page has ended in the meantime, its loop is closed.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settled.set)

    future.add_done_callback(wake)
    await settled.wait()
    return future.result()
