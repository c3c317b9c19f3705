"""Lets go of what the interpreter and the event loop keep to make objects from again.

CPython keeps up to 255 iterators of futures, one for each `await` that a socket has waited in, and
uvloop 250 handles and as many timers, of whichever kernels ended last. No collection drops them,
and each keeps the whole arena of memory that it lies in, a MiB, from going back to the system.
"""

from __future__ import annotations

import asyncio
from typing import Final

# More than twice what any of these lists keeps.
MANY: Final = 600
FAR_AHEAD_SECONDS: Final = 3600.0


def renew_free_lists(loop: asyncio.AbstractEventLoop) -> None:
    """Put objects made now in the place of those that are kept. Called on the loop.

    Takes some two milliseconds. What is taken from such a list is let go last, when newer objects
    have filled it.
    """
    future = loop.create_future()
    iterators: list[object] = [iter(future) for _ in range(MANY)]
    timers: list[object] = []
    for _ in range(MANY):
        timer = loop.call_later(FAR_AHEAD_SECONDS, _nothing)
        timer.cancel()
        timers.append(timer)
    handles: list[object] = [loop.call_soon(_nothing) for _ in range(MANY)]
    # The loop holds handles until they have run, and cancelled timers a little longer.
    loop.call_soon(loop.call_soon, _let_go, iterators, timers, handles)


def _nothing() -> None:
    pass


def _let_go(*lists: list[object]) -> None:
    for each in lists:
        # The last item goes first.
        each.clear()
