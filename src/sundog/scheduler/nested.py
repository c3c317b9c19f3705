"""Runs a kernel's loop inside of one of its own callbacks, until a future is done.

That is what `nest_asyncio` makes of `run_until_complete` and `asyncio.run`. Nothing of asyncio is
replaced for it: the task that runs is left for the time, as asyncio documents for task libraries
(`asyncio.tasks._leave_task`), and a callback whose context has been entered gets a copy of it.
"""

# ruff: noqa: SLF001 - a loop that runs inside of itself has to know asyncio's from within.

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from typing import Any


def run_until_done(
    loop: Any, future: asyncio.Future[Any], wait: Callable[[float | None], None]
) -> None:
    """Run what is ready in a loop, on its own thread, until a future is done.

    `wait` blocks until something is ready, or for so many seconds.
    """
    task = asyncio.current_task(loop)
    if task is not None:
        asyncio.tasks._leave_task(loop, task)
    taken = 0
    try:
        while not future.done():
            _take_timers(loop)
            if not loop._ready:
                wait(_next_delay(loop))
                continue
            handle = loop._ready.popleft()
            taken += 1
            _run(handle)
    finally:
        # The outer run is about to take as many callbacks as it has counted.
        for _ in range(taken):
            spare = asyncio.Handle(_nothing, (), loop)
            spare.cancel()
            loop._ready.append(spare)
        if task is not None:
            asyncio.tasks._enter_task(loop, task)


def _run(handle: Any) -> None:
    if handle.cancelled():
        return
    try:
        handle._context.run(_nothing)
    except RuntimeError:
        # The callback that waits here runs in it.
        handle._context = handle._context.copy()
    handle._run()


def _take_timers(loop: Any) -> None:
    now = loop.time()
    timers = loop._scheduled
    while timers and (timers[0].cancelled() or timers[0].when() <= now):
        handle = heapq.heappop(timers)
        handle._scheduled = False
        if handle.cancelled():
            loop._timer_cancelled_count -= 1
        else:
            loop._ready.append(handle)


def _next_delay(loop: Any) -> float | None:
    timers = loop._scheduled
    return max(0.0, timers[0].when() - loop.time()) if timers else None


def _nothing() -> None:
    pass
