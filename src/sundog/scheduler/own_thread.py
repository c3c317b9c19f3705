"""A thread that serves one kernel only, until the kernel ends.

What a library binds to a thread (an SQLite connection, a thread-local value, Playwright's sync API)
works in such a kernel as it does in a notebook.
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
    """Runs work in order on one thread: one that it starts, or one that a pool gives away."""

    def __init__(self, ticker: Ticker) -> None:
        self._ticker = ticker
        self._queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()

    def start(self, name: str) -> None:
        """Start a thread. Raises `RuntimeError` where the system has none to give."""
        thread = threading.Thread(target=self.serve, name=name, daemon=True)
        # Whoever starts it, the thread does not begin in that kernel's context.
        Context().run(thread.start)

    def put(self, work: Work) -> None:
        """Run a piece of work soon, after what was put before. Thread-safe."""
        self._queue.put(work)
        self._ticker.work_began()

    def stop(self) -> None:
        """End the thread after what was put before. Thread-safe."""
        self._queue.put(None)

    def serve(self) -> None:
        """Run what is put, on the calling thread, until `stop`."""
        while (work := self._queue.get()) is not None:
            run(work)
            # Nothing may be held while the thread waits.
            del work


def run(work: Work) -> None:
    """Run a piece of work; whatever it raises, the thread goes on."""
    try:
        work()
    except BaseException:
        # SystemExit too: the thread serves others, and nobody may end it.
        logger.exception("A task failed")
