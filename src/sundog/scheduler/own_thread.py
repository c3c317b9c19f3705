"""A thread that serves a single kernel until the kernel ends.

Objects bound to a thread (an SQLite connection, a thread-local value, Playwright's sync API) work
in such a kernel as in a notebook.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from contextvars import Context

from sundog.scheduler.ticker import Ticker

logger = logging.getLogger(__name__)

Work = Callable[[], object]


class OwnThread:
    """Runs tasks in order on one thread: one that it starts, or one released by a pool."""

    def __init__(self, ticker: Ticker) -> None:
        self._ticker = ticker
        self._queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()

    def start(self, name: str) -> None:
        """Start a thread. Raises `RuntimeError` if the system can't provide one."""
        thread = threading.Thread(target=self.serve, name=name, daemon=True)
        # The thread must not start in the context of the kernel that starts it.
        Context().run(thread.start)

    def put(self, work: Work) -> None:
        """Run a task soon, after earlier tasks. Thread-safe."""
        self._queue.put(work)
        self._ticker.work_began()

    def stop(self) -> None:
        """End the thread after earlier tasks. Thread-safe."""
        self._queue.put(None)

    def serve(self) -> None:
        """Run tasks on the calling thread until `stop`."""
        while (work := self._queue.get()) is not None:
            run(work)
            # The thread must hold no reference while it waits.
            del work


def run(work: Work) -> None:
    """Run a task. Whatever it raises, the thread continues."""
    try:
        work()
    except BaseException:
        # Including SystemExit: the thread serves others, and must not end.
        logger.exception("A task failed")
