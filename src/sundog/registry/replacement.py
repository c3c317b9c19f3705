"""Puts one kernel in the place of another, with its pages, so that nothing they send is lost."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable

from sundog.errors import KernelClosedError
from sundog.kernel.kernel import VirtualKernel

# How long a kernel that is replaced may take for what it had been sent.
CATCH_UP_SECONDS = 0.5


def replace_soon(
    old: VirtualKernel, new: VirtualKernel, catch_up: Callable[[], object] = lambda: None
) -> None:
    """Have a kernel go on where another one is, when that has handled what it had been sent.

    After a moment at the latest: what it has not begun by then is handled by the new one. The new
    one has the pages already. Called on the server's event loop.
    """
    settle = Once(lambda: _settle(old, new, catch_up))
    # Before it can end, which is queued behind it: the moment passes only where it is busy.
    old.submit(settle)
    asyncio.get_running_loop().call_later(CATCH_UP_SECONDS, settle)


class Once:
    """Calls something at the first call only. Thread-safe."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._lock = threading.Lock()
        # The lock guards this.
        self._work: Callable[[], object] | None = work

    def __call__(self) -> None:
        """Do it, if it has not been done."""
        with self._lock:
            work, self._work = self._work, None
        if work is not None:
            work()


def _settle(old: VirtualKernel, new: VirtualKernel, catch_up: Callable[[], object]) -> None:
    # It may have ended meanwhile.
    with contextlib.suppress(KernelClosedError):
        new.resume_from(old, catch_up)
