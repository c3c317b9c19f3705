"""Threads for kernels that have work, and only for those.

A few threads serve everybody, because more would only fight for the interpreter. When they are all
blocked (no work was taken between two beats of the pulse although some waits), one is added for
each piece of waiting work, so a kernel that sleeps for a minute delays the others by a beat or two.
Threads beyond the few leave after some idle seconds.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from typing import Any

from sundog.kernel.pulse import Pulse

logger = logging.getLogger(__name__)

IDLE_SECONDS = 10.0


def default_size() -> int:
    """Return how many threads serve kernels that are not blocked."""
    return max(4, os.cpu_count() or 1)


class ThreadPool(Executor):
    """A pool that runs work on `size` threads, and on more while those are blocked."""

    def __init__(
        self, pulse: Pulse, size: int, name: str, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        self._pulse = pulse
        self._size = size
        self._name = name
        self._idle_seconds = idle_seconds
        self._queue: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        # The lock guards the counts.
        self._threads = 0
        self._waiting = 0
        self._taken = 0
        self._taken_at_last_beat = 0
        self._closed = False
        pulse.on_beat(self._relieve)

    @property
    def thread_count(self) -> int:
        """How many threads the pool has now."""
        return self._threads

    def put(self, work: Callable[[], object]) -> None:
        """Run a piece of work soon; it must handle its own errors."""
        self._queue.put(work)
        with self._lock:
            spawn = self._waiting < self._queue.qsize() and self._threads < self._size
            if spawn:
                self._threads += 1
        if spawn:
            self._spawn()
        self._pulse.work_began()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a function; its result is told by a future, as `concurrent.futures` says."""
        future: Future[Any] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - the future carries it to the caller
                future.set_exception(error)
            else:
                future.set_result(result)

        self.put(run)
        return future

    @contextlib.contextmanager
    def blocked(self) -> Iterator[None]:
        """Tell that the calling worker will wait for long, so that another may take its place."""
        with self._lock:
            self._size += 1
        try:
            yield
        finally:
            with self._lock:
                self._size -= 1

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let every thread end after the work that was queued before."""
        with self._lock:
            self._closed = True
            threads = self._threads
        for _ in range(threads):
            self._queue.put(None)

    def _spawn(self) -> None:
        threading.Thread(target=self._serve, name=self._name, daemon=True).start()

    def _serve(self) -> None:
        while True:
            with self._lock:
                self._waiting += 1
            try:
                work = self._queue.get(timeout=self._idle_seconds)
            except queue.Empty:
                if self._leave_if_surplus():
                    return
                continue
            with self._lock:
                self._waiting -= 1
                self._taken += 1
                if work is None:
                    self._threads -= 1
                    return
            try:
                work()
            except Exception:
                logger.exception("A piece of work failed")
            del work

    def _leave_if_surplus(self) -> bool:
        with self._lock:
            self._waiting -= 1
            surplus = self._threads > self._size
            if surplus:
                self._threads -= 1
            return surplus

    def _relieve(self) -> None:
        """Add threads when work waits and none was taken since the last beat."""
        with self._lock:
            stuck = self._taken == self._taken_at_last_beat
            self._taken_at_last_beat = self._taken
            missing = self._queue.qsize() - self._waiting
            if not stuck or missing <= 0 or self._closed:
                return
            self._threads += missing
        self._pulse.work_began()
        for _ in range(missing):
            self._spawn()
