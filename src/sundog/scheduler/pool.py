"""Threads for kernels that have work.

A few threads serve all kernels, because more would only compete for the interpreter. If all of them
are blocked (no task was taken between two ticks although some wait), the pool doubles, so kernels
that sleep for a minute delay the others by only a few ticks. If all of them are computing, one
thread is added every few ticks. Surplus threads end after some idle seconds.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextvars import Context
from typing import Any

from sundog.scheduler.own_thread import OwnThread, Work, run
from sundog.scheduler.ticker import Ticker
from sundog.scope import current_scope, scoped

logger = logging.getLogger(__name__)

IDLE_SECONDS = 10.0
# From this share of a processor on, threads that take no tasks are computing, or wait for a
# processor of a busy machine. Blocked threads use almost none.
COMPUTING_SHARE = 0.15
COMPUTING_BEATS = 3


def default_size() -> int:
    """Return the number of threads for kernels that are not blocked."""
    return max(4, os.cpu_count() or 1)


class ThreadPool:
    """Runs tasks on up to `size` threads, and on more while those are blocked.

    An idle thread ends if there are more than `keep`, by default `size`.
    """

    def __init__(
        self,
        ticker: Ticker,
        size: int,
        name: str,
        *,
        keep: int | None = None,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._ticker = ticker
        self._size = size
        self._keep = size if keep is None else keep
        self._name = name
        self._idle_seconds = idle_seconds
        self._queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        # The lock guards the counts. `_pending` counts tasks that no thread has marked as taken,
        # `_idle` threads that have not marked one: a task lacks a thread exactly while the first is
        # larger.
        self._threads = 0
        self._idents: set[int] = set()
        self._given_away: dict[int, OwnThread | None] = {}
        self._pending = 0
        self._idle = 0
        self._taken = 0
        self._taken_at_last_beat = 0
        self._closed = False
        self._stuck_beats = 0
        self._moment = time.monotonic(), time.process_time()
        ticker.on_tick(self._relieve)

    @property
    def thread_count(self) -> int:
        """The number of threads in the pool."""
        return self._threads

    def put(self, work: Work) -> None:
        """Run a task soon. It must handle its own errors. Dropped after `shutdown`."""
        with self._lock:
            if self._closed:
                return
            self._pending += 1
            spawn = self._pending > self._idle and self._threads < self._size
            if spawn:
                self._threads += 1
                self._idle += 1
        self._queue.put(work)
        if spawn:
            self._spawn()
        self._ticker.work_began()

    def give_away(self, owner: OwnThread | None) -> bool:
        """Let the calling thread leave the pool after its current task.

        Args:
            owner: Its tasks run on the thread from then on; None lets the thread end.

        Returns:
            Whether the calling thread belongs to the pool.
        """
        ident = threading.get_ident()
        with self._lock:
            if ident not in self._idents or ident in self._given_away:
                return False
            self._given_away[ident] = owner
            self._threads -= 1
            # Waiting tasks may have counted on this thread.
            spawn = self._pending > self._idle and self._threads < self._size
            if spawn:
                self._threads += 1
                self._idle += 1
        if spawn:
            self._spawn()
        return True

    def _serve_owner(self) -> None:
        ident = threading.get_ident()
        with self._lock:
            owner = self._given_away.pop(ident)
            self._idents.discard(ident)
        if owner is not None:
            owner.serve()

    @contextlib.contextmanager
    def blocked(self) -> Iterator[None]:
        """Note that the calling thread will wait for long, so that another one can replace it."""
        with self._lock:
            self._size += 1
        try:
            yield
        finally:
            with self._lock:
                self._size -= 1

    def shutdown(self) -> None:
        """Let every thread end after the tasks queued so far."""
        with self._lock:
            self._closed = True
            threads = self._threads
            self._pending += threads
        for _ in range(threads):
            self._queue.put(None)

    def _spawn(self) -> None:
        thread = threading.Thread(target=self._serve, name=self._name, daemon=True)
        try:
            # The thread serves all kernels, not the one that runs here.
            Context().run(thread.start)
        except RuntimeError:
            # The system can't provide a thread. The ticker tries again while tasks wait.
            logger.exception("A thread could not be started")
            with self._lock:
                self._threads -= 1
                self._idle -= 1

    def _serve(self) -> None:
        with self._lock:
            self._idents.add(threading.get_ident())
        while True:
            try:
                work = self._queue.get(timeout=self._idle_seconds)
            except queue.Empty:
                if self._leave_if_surplus():
                    return
                continue
            with self._lock:
                self._pending -= 1
                self._idle -= 1
                self._taken += 1
                if work is None:
                    self._leave()
                    return
            run(work)
            # The thread must hold no reference while it waits.
            del work
            with self._lock:
                leaves = threading.get_ident() in self._given_away
                if not leaves:
                    self._idle += 1
            if leaves:
                self._serve_owner()
                return

    def _leave_if_surplus(self) -> bool:
        with self._lock:
            leaves = self._threads > self._keep and self._pending < self._idle
            if leaves:
                self._leave()
                self._idle -= 1
            return leaves

    def _leave(self) -> None:
        """Remove the calling thread from the count. Called under the lock."""
        self._threads -= 1
        self._idents.discard(threading.get_ident())

    def _relief(self, missing: int, computing: bool) -> int:
        """Return how many threads to add: up to twice as many if all are blocked.

        If they compute, more threads only compete for the interpreter; one now and then is enough
        to let the others have their turn.
        """
        if not computing:
            return min(missing, max(self._threads, 1)) if self._stuck_beats else 0
        return 1 if self._stuck_beats and self._stuck_beats % COMPUTING_BEATS == 0 else 0

    def _processor_share(self) -> float:
        """Return the share of time since the last call in which the process has computed."""
        moment = time.monotonic(), time.process_time()
        elapsed, computed = (now - then for now, then in zip(moment, self._moment, strict=True))
        self._moment = moment
        return computed / elapsed if elapsed else 0.0

    def _relieve(self) -> None:
        """Add threads if tasks wait, none was taken since the last tick, and time is left."""
        with self._lock:
            computing = self._processor_share() > COMPUTING_SHARE
            stuck = self._taken == self._taken_at_last_beat
            self._taken_at_last_beat = self._taken
            missing = self._pending - self._idle
            if missing <= 0 or self._closed:
                return
            self._stuck_beats = self._stuck_beats + 1 if stuck else 0
            spawned = self._relief(missing, computing)
            self._threads += spawned
            self._idle += spawned
        self._ticker.work_began()
        for _ in range(spawned):
            self._spawn()


class JobQueue(Executor):
    """One kernel's jobs on a shared pool: a limited number at a time, in order.

    A job runs in the scope of the code that submitted it.
    """

    def __init__(self, pool: ThreadPool, limit: int) -> None:
        self._pool = pool
        self._limit = limit
        self._lock = threading.Lock()
        # The lock guards the attributes below.
        self._running = 0
        self._waiting: deque[Work] = deque()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a function and return a future with its result, as in `concurrent.futures`."""
        future: Future[Any] = Future()
        scope = current_scope()

        def job() -> None:
            try:
                if not future.set_running_or_notify_cancel():
                    return
                try:
                    with scoped(scope):
                        result = fn(*args, **kwargs)
                except BaseException as error:  # noqa: BLE001 - the future carries it to the caller
                    future.set_exception(error)
                else:
                    future.set_result(result)
            finally:
                self._next()

        with self._lock:
            if self._running >= self._limit:
                self._waiting.append(job)
                return future
            self._running += 1
        self._pool.put(job)
        return future

    def _next(self) -> None:
        with self._lock:
            if not self._waiting:
                self._running -= 1
                return
            job = self._waiting.popleft()
        self._pool.put(job)
