"""Runs a kernel's loop on pool threads: one thread at a time, and only while there is work."""

from __future__ import annotations

import asyncio
import enum
import os
import sys
import threading
import time
from collections.abc import Callable
from contextvars import Context
from typing import Final, Protocol
from weakref import WeakSet

from sundog.errors import KernelStoppedError
from sundog.scheduler.interrupts import raise_in, take_back
from sundog.scheduler.loop import KernelLoop
from sundog.scheduler.own_thread import OwnThread
from sundog.scheduler.pool import JobQueue, ThreadPool, default_size
from sundog.scheduler.ticker import Ticker, Timer
from sundog.scope import current_scope

KERNEL_THREAD: Final = "sundog-kernel"
SLICE_SECONDS = 0.010
JOB_THREADS = 64
JOBS_PER_KERNEL = 32


class Batched(Protocol):
    """Collects messages during a drive and sends them together."""

    def hold(self) -> None:
        """Start collecting."""

    def release(self) -> None:
        """Send the collected messages and stop collecting."""

    def flush(self) -> None:
        """Send the collected messages and continue collecting."""


class DriveObserver(Protocol):
    """Records which thread runs which kernel."""

    def began(self, name: str) -> int | None:
        """Note that the calling thread runs a kernel; return the argument for `ended`."""
        ...

    def ended(self, row: int | None) -> None:
        """Note that the calling thread no longer runs the kernel."""
        ...


class Engine:
    """What all kernels of a worker share: the ticker, the threads, and which kernels run now.

    Args:
        threads: How many threads serve kernels that are not blocked; by default one a processor,
            four at least.
        own_threads: Whether each kernel has a thread of its own from the start.
    """

    def __init__(self, threads: int | None = None, *, own_threads: bool = False) -> None:
        self.own_threads = own_threads
        self.ticker = Ticker()
        self.process_id = os.getpid()
        self.pool = ThreadPool(self.ticker, threads or default_size(), KERNEL_THREAD)
        self.jobs = ThreadPool(self.ticker, JOB_THREADS, "sundog-job", keep=0)
        self.observer: DriveObserver | None = None
        # Of kernels that need one; stored so that they are stopped with the others.
        self._own_threads: WeakSet[OwnThread] = WeakSet()
        self._lock = threading.Lock()
        # The lock guards the set.
        self._driving: set[Batched] = set()
        self.ticker.on_tick(self._flush_long_drives)

    @property
    def is_idle(self) -> bool:
        """Whether no kernel is running now."""
        return not self._driving

    def make_own_thread(self) -> OwnThread:
        """Return one kernel's own thread, started or released by the pool."""
        own = OwnThread(self.ticker)
        self._own_threads.add(own)
        return own

    def make_job_queue(self) -> JobQueue:
        """Return an executor for one kernel's jobs."""
        return JobQueue(self.jobs, JOBS_PER_KERNEL)

    def began(self, batched: Batched) -> None:
        """Note that a drive has started."""
        with self._lock:
            self._driving.add(batched)

    def ended(self, batched: Batched) -> None:
        """Note that a drive has ended."""
        with self._lock:
            self._driving.discard(batched)

    def stop(self) -> None:
        """End the threads. Blocked ones continue as daemon threads."""
        self.pool.shutdown()
        self.jobs.shutdown()
        for own in tuple(self._own_threads):
            own.stop()
        self.ticker.stop()

    def _flush_long_drives(self) -> None:
        with self._lock:
            driving = tuple(self._driving)
        if driving:
            self.ticker.work_began()
        for batched in driving:
            batched.flush()


class _State(enum.Enum):
    IDLE = enum.auto()
    QUEUED = enum.auto()
    RUNNING = enum.auto()
    RUNNING_AGAIN = enum.auto()


class Driver:
    """Drives one loop. `wake` may be called from any thread, any number of times.

    `home` is the context of callbacks from outside of the kernel.
    """

    def __init__(self, engine: Engine, batched: Batched, home: Context) -> None:
        self._engine = engine
        self._batched = batched
        self._lock = threading.Lock()
        # The lock guards the state.
        self._state = _State.IDLE
        self._timer: Timer | None = None
        self._done: Callable[[], None] | None = None
        self._scope = home.run(current_scope)
        # The value from the engine's observer for the current drive.
        self._observed: int | None = None
        # The thread that runs the loop; whether it may be interrupted now, and whether it was.
        self._ident = 0
        self._interruptible = False
        self._interrupted = False
        self._own: OwnThread | None = None
        if engine.own_threads:
            self._own = engine.make_own_thread()
            self._own.start(KERNEL_THREAD)
        self.loop = KernelLoop(self.wake, engine.make_job_queue, home)
        self.loop.block = self._block

    def wake(self) -> None:
        """Drive the loop soon, because it has work."""
        with self._lock:
            if self._state is _State.RUNNING:
                self._state = _State.RUNNING_AGAIN
            if self._state is not _State.IDLE:
                return
            self._state = _State.QUEUED
        self._put()

    def finish(self, done: Callable[[], None]) -> None:
        """Close the loop when the running drive ends, then call `done`. Called from the loop."""
        self._done = done

    def _drive(self) -> None:
        with self._lock:
            self._state = _State.RUNNING
        self._ident = threading.get_ident()
        self._begin()
        try:
            delay = self._run_slice()
        finally:
            self._end()
        if self._done is not None:
            self._set_timer(None)
            try:
                self.loop.close()
            finally:
                if self._own is not None:
                    self._own.stop()
                self._done()
            return
        # Before others may drive: only the driving thread touches the timer.
        self._set_timer(delay)
        with self._lock:
            again = self._state is _State.RUNNING_AGAIN or delay == 0.0
            self._state = _State.QUEUED if again else _State.IDLE
        if again:
            self._put()

    def _put(self) -> None:
        (self._own or self._engine.pool).put(self._drive)

    def keep_thread(self) -> None:
        """Run the kernel on the calling thread from now on, until its end.

        Called where an object bound to the thread is created. Elsewhere than on the kernel's
        logical thread it does nothing, except that a thread of the jobs' pool ends with its job.
        """
        if asyncio._get_running_loop() is not self.loop:
            self._engine.jobs.give_away(None)
        elif self._own is None:
            own = self._engine.make_own_thread()
            if self._engine.pool.give_away(own):
                self._own = own

    def interrupt(self) -> int | None:
        """Raise `KernelStoppedError` in the code that runs now; return its thread, if any runs."""
        with self._lock:
            # In this order: the driving thread first stops being interruptible, then checks the
            # other.
            self._interrupted = True
            if not self._interruptible:
                self._interrupted = False
                return None
            raise_in(self._ident)
            return self._ident

    def _run_once(self) -> None:
        try:
            self._interruptible = True
            self.loop.run_once()
            self._interruptible = False
            if self._interrupted:
                self._recover()
        except KernelStoppedError:
            # Between the app's code and here. The loop has kept callbacks that were not run.
            self._interruptible = False
            self._recover()

    def _recover(self) -> None:
        """Keep interrupts from the thread's work after the kernel's code."""
        with self._lock:
            take_back(self._ident)
            self._interrupted = False

    def _run_slice(self) -> float | None:
        """Run what is ready, for a while; return the seconds until more is, or None."""
        loop = self.loop
        end = time.monotonic() + SLICE_SECONDS
        while True:
            self._run_once()
            if os.getpid() != self._engine.process_id:
                # A child that the app has forked, and whose code went on to its end: as at the end
                # of a script, and not as one more server.
                sys.stdout.flush()
                os._exit(0)
            if self._done is not None:
                return None
            delay = 0.0 if loop.has_work else loop.next_delay()
            if delay != 0.0:
                if not loop.waits_for_sockets:
                    return delay
                self._wait_for_sockets(delay)
            elif time.monotonic() > end:
                return 0.0

    def _wait_for_sockets(self, delay: float | None) -> None:
        self._block(lambda: self.loop.wait_for_sockets(delay))

    def _block(self, wait: Callable[[], object]) -> None:
        # Waiting is no work: nothing is collected, and no tick is needed for it.
        self._end()
        try:
            if self._own is not None:
                wait()
                return
            with self._engine.pool.blocked():
                wait()
        finally:
            self._begin()

    def _begin(self) -> None:
        self._batched.hold()
        self._engine.began(self._batched)
        if self._engine.observer is not None and self._scope is not None:
            self._observed = self._engine.observer.began(self._scope.kernel.log_id)

    def _end(self) -> None:
        if self._engine.observer is not None:
            self._engine.observer.ended(self._observed)
            self._observed = None
        self._engine.ended(self._batched)
        self._batched.release()

    def _set_timer(self, delay: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if delay:
            self._timer = self._engine.ticker.call_later(delay, self.wake)
