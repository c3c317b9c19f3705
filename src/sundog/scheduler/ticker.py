"""A thread for timers, and for regular ticks while there is work.

Ticks let others handle work that takes long: add a thread if all are blocked, send what a long
callback has produced so far. They stop a second after the last work, so an idle server is idle.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from contextvars import Context

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.010
TICK_LINGER_SECONDS = 1.0
COMPACT_FROM = 256


class Timer:
    """A callback that is due at a time; `cancel` releases it at once."""

    __slots__ = ("callback", "when")

    def __init__(self, when: float, callback: Callable[[], None]) -> None:
        self.when = when
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        """Release the callback; does nothing if it has run."""
        self.callback = None


class Ticker:
    """The thread of timers and ticks. Started by the first use, ended by `stop`."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        # The condition's lock guards everything below.
        self._timers: list[tuple[float, int, Timer]] = []
        self._compact_at = COMPACT_FROM
        self._order = itertools.count()
        self._listeners: tuple[Callable[[], None], ...] = ()
        self._tick_until = 0.0
        self._beating = False
        self._next_tick = 0.0
        self._thread: threading.Thread | None = None
        self._stopped = False

    @property
    def timer_count(self) -> int:
        """The number of stored timers, including cancelled ones not removed yet."""
        return len(self._timers)

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Call a function after a delay in seconds, on the ticker's thread. It must be quick."""
        timer = Timer(time.monotonic() + delay, callback)
        with self._condition:
            if len(self._timers) >= self._compact_at:
                self._compact()
            heapq.heappush(self._timers, (timer.when, next(self._order), timer))
            if self._timers[0][2] is timer:
                self._notify()
        return timer

    def on_tick(self, listener: Callable[[], None]) -> None:
        """Call a listener at every tick, every 10 ms while there is work."""
        with self._condition:
            self._listeners = (*self._listeners, listener)

    def work_began(self) -> None:
        """Keep ticking for another second. Cheap, because it is called for each task."""
        now = time.monotonic()
        with self._condition:
            self._tick_until = now + TICK_LINGER_SECONDS
            if not self._beating:
                self._beating = True
                self._next_tick = now + TICK_SECONDS
                self._notify()

    def stop(self) -> None:
        """End the thread and drop timers that are not due."""
        with self._condition:
            self._stopped = True
            self._timers.clear()
            self._condition.notify()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _notify(self) -> None:
        if self._stopped:
            return
        if self._thread is None:
            thread = threading.Thread(target=self._run, name="sundog-pulse", daemon=True)
            try:
                # The thread belongs to no kernel, whichever kernel starts it.
                Context().run(thread.start)
            except RuntimeError:
                # The system can't provide a thread; the next caller tries again.
                logger.exception("The ticker could not start")
                self._beating = False
            else:
                self._thread = thread
        else:
            self._condition.notify()

    def _compact(self) -> None:
        """Drop cancelled timers, so that they don't accumulate."""
        self._timers = [entry for entry in self._timers if entry[2].callback is not None]
        heapq.heapify(self._timers)
        self._compact_at = max(COMPACT_FROM, 2 * len(self._timers))

    def _run(self) -> None:
        while True:
            with self._condition:
                if self._stopped:
                    return
                due = self._take_due()
                listeners = self._listeners if self._take_beat() else ()
                if not due and not listeners:
                    self._condition.wait(self._seconds_to_wake())
                    continue
            self._call_all(due, listeners)
            # The thread must hold no reference to a timer's callback while it waits.
            del due

    def _take_due(self) -> list[Timer]:
        now = time.monotonic()
        due = []
        while self._timers and self._timers[0][0] <= now:
            due.append(heapq.heappop(self._timers)[2])
        return due

    def _take_beat(self) -> bool:
        """Return whether a tick is due now; stop ticking after a while without work."""
        now = time.monotonic()
        if not self._beating or now < self._next_tick:
            return False
        self._next_tick = now + TICK_SECONDS
        self._beating = now < self._tick_until
        return self._beating

    def _seconds_to_wake(self) -> float | None:
        now = time.monotonic()
        moments = [self._timers[0][0]] if self._timers else []
        if self._beating:
            moments.append(self._next_tick)
        return max(0.0, min(moments) - now) if moments else None

    def _call_all(self, due: list[Timer], listeners: tuple[Callable[[], None], ...]) -> None:
        for timer in due:
            self._call(timer.callback)
        for listener in listeners:
            self._call(listener)

    def _call(self, callback: Callable[[], None] | None) -> None:
        if callback is None:
            return
        try:
            callback()
        except Exception:
            logger.exception("A timer's callback failed")
