"""Replaces a kernel with another one, without losing messages of its pages."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable

from sundog.errors import KernelClosedError
from sundog.kernel import VirtualKernel

# How long a replaced kernel may take to handle its messages.
CATCH_UP_SECONDS = 0.5


def replace_soon(
    old: VirtualKernel, new: VirtualKernel, catch_up: Callable[[], object] = lambda: None
) -> None:
    """Let a kernel take over from another one that has handled its messages.

    At the latest after a moment: the new kernel handles messages that the old one has not started
    on by then. The new one already has the pages. Called on the server's event loop.
    """
    settle = Once(lambda: _settle(old, new, catch_up))
    # Before it can end, which is queued behind it: the time runs out only if the kernel is busy.
    old.submit(settle)
    asyncio.get_running_loop().call_later(CATCH_UP_SECONDS, settle)


class Once:
    """Calls a function only once. Thread-safe."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._lock = threading.Lock()
        # The lock guards this.
        self._work: Callable[[], object] | None = work

    def __call__(self) -> None:
        """Call the function, if it has not been called."""
        with self._lock:
            work, self._work = self._work, None
        if work is not None:
            work()


def _settle(old: VirtualKernel, new: VirtualKernel, catch_up: Callable[[], object]) -> None:
    # It may have ended in the meantime.
    with contextlib.suppress(KernelClosedError):
        new.pages.resume_from(old.pages, catch_up)
