"""Stops the code of a kernel that ends, so that it does not run until the process ends.

What a kernel runs when it is told to end may finish for a second. After that, the next thing that
it prints, displays or sends raises `KernelStoppedError` there. Code that does none of these gets
the same error asynchronously, between two of its bytecodes, and again every second if it goes on.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from typing import Final, Protocol

from sundog.scheduler.interrupts import raise_in
from sundog.scheduler.ticker import Ticker, Timer

logger = logging.getLogger(__name__)

STOP_AFTER_SECONDS: Final = 1.0
INTERRUPT_AFTER_SECONDS: Final = 10.0
INTERRUPT_AGAIN_SECONDS: Final = 1.0
INTERRUPTS: Final = 5


class Interruptible(Protocol):
    """What runs the kernel's code."""

    def interrupt(self) -> int | None:
        """Raise `KernelStoppedError` in the code; return its thread, None where none runs."""
        ...


class Stopper:
    """Stops one kernel's code. Its times are measured by the ticker, on the ticker's thread."""

    def __init__(self, runs: Interruptible, ticker: Ticker, log_id: Callable[[], str]) -> None:
        self._runs = runs
        self._ticker = ticker
        self._log_id = log_id
        self._timer: Timer | None = None
        # Whether code of the kernel is to raise when it prints, displays or sends something.
        self.stopped = False

    def begin(self) -> None:
        """Let what the kernel runs now finish for a moment, then stop it."""
        self._cancel()
        self.stopped = False
        self._timer = self._ticker.call_later(STOP_AFTER_SECONDS, self._stop)

    def end(self, threads: Iterable[threading.Thread]) -> None:
        """Stop the threads that the kernel's code has started and left behind."""
        self._cancel()
        self.stopped = True
        left = [thread for thread in threads if thread.is_alive()]
        if left:
            # Nothing of the kernel itself may be kept for them.
            _interrupt_later(self._ticker, left, self._log_id(), INTERRUPTS)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _stop(self) -> None:
        self.stopped = True
        self._wait(INTERRUPT_AFTER_SECONDS - STOP_AFTER_SECONDS, INTERRUPTS)

    def _wait(self, delay: float, left: int) -> None:
        self._timer = self._ticker.call_later(delay, lambda: self._interrupt(left))

    def _interrupt(self, left: int) -> None:
        ident = self._runs.interrupt()
        if ident is None:
            return
        if left:
            self._wait(INTERRUPT_AGAIN_SECONDS, left - 1)
        else:
            _report(self._log_id(), [ident])


def _interrupt_later(
    ticker: Ticker, threads: list[threading.Thread], log_id: str, left: int
) -> None:
    def interrupt() -> None:
        alive = [thread for thread in threads if thread.is_alive()]
        idents = [thread.ident for thread in alive if thread.ident is not None]
        if not left:
            _report(log_id, idents)
            return
        for ident in idents:
            raise_in(ident)
        if alive:
            _interrupt_later(ticker, alive, log_id, left - 1)

    first = left == INTERRUPTS
    ticker.call_later(INTERRUPT_AFTER_SECONDS if first else INTERRUPT_AGAIN_SECONDS, interrupt)


def _report(log_id: str, idents: Iterable[int]) -> None:
    """Log where threads are that can't be stopped."""
    frames = sys._current_frames()
    for ident in idents:
        frame = frames.get(ident)
        if frame is not None:
            where = "".join(traceback.format_stack(frame))
            logger.warning("[%s] has ended, but its code does not stop:\n%s", log_id, where)
