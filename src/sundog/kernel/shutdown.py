"""The end of a kernel: its close callbacks, and the tasks that still run."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable

from sundog.scheduler import KernelLoop

logger = logging.getLogger(__name__)

CLOSE_GRACE_SECONDS = 1.0


class CloseCallbacks:
    """Called once, the last first, even if some fail. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # The lock guards the attributes below.
        self._callbacks: list[Callable[[], object]] = []
        self._over = False

    def add(self, callback: Callable[[], object], log_id: str) -> None:
        """Call a function at the end, or at once after it. `log_id` names the kernel in logs."""
        with self._lock:
            if not self._over:
                self._callbacks.append(callback)
                return
        _call(callback, log_id)

    def run(self, log_id: str) -> None:
        """Call all functions, including those added in the meantime."""
        while True:
            with self._lock:
                if not self._callbacks:
                    self._over = True
                    return
                callback = self._callbacks.pop()
            _call(callback, log_id)


def _call(callback: Callable[[], object], log_id: str) -> None:
    try:
        callback()
    except BaseException:
        # Including SystemExit: whatever fails, the others are called.
        logger.exception("[%s] a close callback failed", log_id)


async def end_tasks(loop: KernelLoop) -> None:
    """Cancel a loop's tasks, except this one, and give them a second to clean up.

    Tasks that they start while they end are cancelled too, and asynchronous generators are closed.
    """
    tasks = loop.unfinished_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=CLOSE_GRACE_SECONDS)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_GRACE_SECONDS):
            await loop.shutdown_asyncgens()
    for task in loop.unfinished_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.sleep(0)
