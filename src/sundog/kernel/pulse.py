"""One thread that makes things happen later: timers, and a regular beat while there is work.

The beat lets others look after work that runs long: add a thread where all are blocked, send what a
long callback has produced so far. It stops a second after the last work, so an idle server is idle.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

BEAT_SECONDS = 0.010
BEAT_LINGER_SECONDS = 1.0


class Timer:
    """A callback that is due at a moment; `cancel` lets go of it at once."""

    __slots__ = ("callback", "when")

    def __init__(self, when: float, callback: Callable[[], None]) -> None:
        self.when = when
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        """Forget the callback; harmless when it has run."""
        self.callback = None


class Pulse:
    """The thread of timers and beats. Started by the first use, ended by `stop`."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        # The condition's lock guards all that follows.
        self._timers: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()
        self._listeners: tuple[Callable[[], None], ...] = ()
        self._beat_until = 0.0
        self._beating = False
        self._thread: threading.Thread | None = None
        self._stopped = False

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Call back after a delay in seconds, on the pulse's thread; the callback must be quick."""
        timer = Timer(time.monotonic() + delay, callback)
        with self._condition:
            heapq.heappush(self._timers, (timer.when, next(self._order), timer))
            if self._timers[0][2] is timer:
                self._notify()
        return timer

    def on_beat(self, listener: Callable[[], None]) -> None:
        """Call a listener at every beat, every 10 ms while there is work."""
        with self._condition:
            self._listeners = (*self._listeners, listener)

    def work_began(self) -> None:
        """Keep beating for a second from now. Cheap: called for each piece of work."""
        self._beat_until = time.monotonic() + BEAT_LINGER_SECONDS
        if not self._beating:
            with self._condition:
                self._beating = True
                self._notify()

    def stop(self) -> None:
        """End the thread; timers that are not due are dropped."""
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
            self._thread = threading.Thread(target=self._run, name="sundog-pulse", daemon=True)
            self._thread.start()
        else:
            self._condition.notify()

    def _run(self) -> None:
        while True:
            with self._condition:
                if self._stopped:
                    return
                due = self._take_due()
                listeners = self._listeners if self._beating else ()
                if not due and not listeners:
                    self._condition.wait(self._seconds_to_next_timer())
                    continue
            for timer in due:
                self._call(timer.callback)
            for listener in listeners:
                self._call(listener)
            with self._condition:
                self._beating = False
                # Read only now: who sets it looks at the flag afterwards, so one sees the other.
                self._beating = time.monotonic() < self._beat_until
                if not self._stopped:
                    self._condition.wait(self._seconds_to_wake())

    def _take_due(self) -> list[Timer]:
        now = time.monotonic()
        due = []
        while self._timers and self._timers[0][0] <= now:
            due.append(heapq.heappop(self._timers)[2])
        return due

    def _seconds_to_next_timer(self) -> float | None:
        return max(0.0, self._timers[0][0] - time.monotonic()) if self._timers else None

    def _seconds_to_wake(self) -> float | None:
        until_timer = self._seconds_to_next_timer()
        if not self._beating:
            return until_timer
        return BEAT_SECONDS if until_timer is None else min(BEAT_SECONDS, until_timer)

    def _call(self, callback: Callable[[], None] | None) -> None:
        if callback is None:
            return
        try:
            callback()
        except Exception:
            logger.exception("A timer's callback failed")
