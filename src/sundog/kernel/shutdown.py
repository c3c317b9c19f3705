"""The end of a kernel: its close callbacks, the tasks that still run, and its widgets."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from contextvars import Context
from typing import Any
from weakref import WeakSet

from sundog.kernel.comm import KernelCommManager
from sundog.kernel.stopping import Stopper
from sundog.scheduler import Driver, KernelLoop, Ticker

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


class KernelEnd:
    """Ends one kernel, on its logical thread."""

    def __init__(
        self,
        driver: Driver,
        context: Context,
        ticker: Ticker,
        comms: KernelCommManager,
        widgets: dict[str, Any],
        let_go: Callable[[], object],
    ) -> None:
        """Prepare the end of a kernel.

        Args:
            driver: Runs the kernel's loop.
            context: The context that the kernel's code runs in.
            ticker: Measures how long code may go on.
            comms: The kernel's comms, which are marked as closed.
            widgets: The kernel's widgets, which are closed.
            let_go: Called last; it breaks the kernel's reference cycles.
        """
        self._driver = driver
        self._context = context
        self._comms = comms
        self._widgets = widgets
        self._let_go = let_go
        # Whether the end has begun: the kernel's close callbacks run, or have run.
        self.closed = False
        self.callbacks = CloseCallbacks()
        self.stopper = Stopper(driver, ticker, lambda: self._log_id)
        # Those that the app's own code has started.
        self.threads: WeakSet[threading.Thread] = WeakSet()

    @property
    def _log_id(self) -> str:
        return self._comms.scope.kernel.log_id

    def begin(self, done: Callable[[], None]) -> None:
        """End the kernel after what runs there now; then call `done`. Thread-safe."""
        self.stopper.begin()
        try:
            self._driver.loop.call_soon_threadsafe(self._close, done, context=self._context)
        except RuntimeError:
            # The loop is closed: the kernel has ended.
            done()

    def _close(self, done: Callable[[], None]) -> None:
        if self.closed:
            done()
            return
        self.stopper.begin()
        self.closed = self._comms.ended = True
        self.callbacks.run(self._log_id)
        loop = self._driver.loop
        loop.create_task(self._wind_down(loop, done), context=self._context)

    async def _wind_down(self, loop: KernelLoop, done: Callable[[], None]) -> None:
        try:
            await end_tasks(loop)
            self._close_widgets()
        finally:
            self.stopper.end(self.threads)
            for comm in list(self._comms.comms.values()):
                comm.mark_closed()  # type: ignore[attr-defined]
            self._let_go()
            self._driver.finish(done)

    def _close_widgets(self) -> None:
        for widget in list(self._widgets.values()):
            try:
                widget.close()
                # It would be closed again when it is collected, at which some fail. Shared
                # functions keep some until the process ends, when no hook prevents that.
                widget.close = _do_nothing
            except BaseException:
                logger.exception("[%s] a widget could not be closed", self._log_id)


def _do_nothing() -> None:
    pass
