"""Stops the code of a kernel that ends, so that it does not run until the process ends.

Code that runs when its kernel ends has a second to finish. After that, its next print, display or
message raises `KernelStoppedError`. Code that does none of these gets the same error
asynchronously, between two bytecodes, and again every second if it continues.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from typing import Final, Protocol

from sundog.scheduler import Ticker, Timer, raise_in

logger = logging.getLogger(__name__)

STOP_AFTER_SECONDS: Final = 1.0
INTERRUPT_AFTER_SECONDS: Final = 10.0
INTERRUPT_AGAIN_SECONDS: Final = 1.0
INTERRUPTS: Final = 5


class Interruptible(Protocol):
    """Runs the kernel's code."""

    def interrupt(self) -> int | None:
        """Raise `KernelStoppedError` in the code; return its thread, or None if none runs."""
        ...


class Stopper:
    """Stops one kernel's code. The ticker measures the times, on its own thread."""

    def __init__(self, runs: Interruptible, ticker: Ticker, log_id: Callable[[], str]) -> None:
        self._runs = runs
        self._ticker = ticker
        self._log_id = log_id
        self._timer: Timer | None = None
        # Whether the kernel's code raises when it prints, displays or sends something.
        self.stopped = False
        # Whether the kernel has been cleared.
        self.ended = False

    def begin(self) -> None:
        """Give the kernel's running code a moment to finish, then stop it."""
        self._cancel()
        self.stopped = False
        self._timer = self._ticker.call_later(STOP_AFTER_SECONDS, self._stop)

    def end(self, threads: Iterable[threading.Thread]) -> None:
        """Stop the threads that the kernel's code has started and left running."""
        self._cancel()
        self.ended = True
        left = [thread for thread in threads if thread.is_alive()]
        # A thread that waits for the kernel's end may still print a last line.
        self.stopped = not left
        if left:
            self._ticker.call_later(STOP_AFTER_SECONDS, self._stop_threads)
            # They must not keep a reference to the kernel.
            _interrupt_later(self._ticker, left, self._log_id(), INTERRUPTS)

    def _stop_threads(self) -> None:
        self.stopped = True

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
    """Log the stacks of threads that can't be stopped."""
    frames = sys._current_frames()
    for ident in idents:
        frame = frames.get(ident)
        if frame is not None:
            where = "".join(traceback.format_stack(frame))
            logger.warning("[%s] has ended, but its code does not stop:\n%s", log_id, where)
