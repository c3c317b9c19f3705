"""An asyncio event loop for one kernel, which needs no thread and no descriptor while idle.

A kernel is one logical thread: its messages, coroutine steps and timers are callbacks of this loop,
so they run one at a time and in order. Nothing runs the loop for long: when it has work, a pool
thread *drives* it until nothing is ready, then releases it.

Without sockets, the loop needs no selector: `call_soon` shows that it has work, and the next timer
is handled outside. Only when a coroutine registers a socket, a real selector and a wake-up pipe are
created, and the driving thread stays to wait on them.
"""

from __future__ import annotations

import asyncio
import heapq
import selectors
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextvars import Context
from typing import Any
from weakref import WeakSet

from sundog.scheduler.nested import run_until_done
from sundog.scope import current_scope

COMPACT_FROM = 64


class LazySelector(selectors.BaseSelector):
    """A selector that creates a real one when the first descriptor is registered."""

    def __init__(self, on_first: Callable[[], None]) -> None:
        self._on_first = on_first
        self.real: selectors.BaseSelector | None = None

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """Register a descriptor; create the real selector for the first one."""
        if self.real is None:
            self.real = selectors.DefaultSelector()
            self._on_first()
        return self.real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        """Forget a descriptor."""
        if self.real is None:
            raise KeyError(fileobj)
        return self.real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """Change the events or data of a descriptor."""
        if self.real is None:
            raise KeyError(fileobj)
        return self.real.modify(fileobj, events, data)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for descriptors; return at once if none was ever registered."""
        return [] if self.real is None else self.real.select(timeout)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        """Return the registered descriptors."""
        return {} if self.real is None else self.real.get_map()

    def get_key(self, fileobj: Any) -> selectors.SelectorKey:
        """Return the key of a descriptor."""
        if self.real is None:
            raise KeyError(fileobj)
        return self.real.get_key(fileobj)

    def close(self) -> None:
        """Close the real selector, if there is one."""
        if self.real is not None:
            self.real.close()


class KernelLoop(asyncio.SelectorEventLoop):
    """The loop of one kernel; `run_once` runs what is ready.

    Args:
        wake: Called, from any thread, when the loop gets work while nothing drives it.
        make_executor: Creates the executor of ``run_in_executor(None, …)`` and
            ``asyncio.to_thread`` when it is first needed.
        home: The context of callbacks from outside the kernel.
    """

    def __init__(
        self,
        wake: Callable[[], None],
        make_executor: Callable[[], Executor],
        home: Context,
    ) -> None:
        self._wake = wake
        self._make_executor = make_executor
        self._home = home
        self._home_scope = home.run(current_scope)
        self._kernel_executor: Executor | None = None
        self._has_work = False
        self._timers: list[asyncio.TimerHandle] = []
        self._compact_at = COMPACT_FROM
        self._timers_lock = threading.Lock()
        self._tasks: WeakSet[asyncio.Task[Any]] = WeakSet()
        self._lazy = LazySelector(self._make_real_self_pipe)
        self._real_self_pipe = False
        # Set where the loop waits for work inside of one of its own callbacks.
        self._work_came: threading.Event | None = None
        # Replaced by whoever drives the loop: calls what blocks.
        self.block: Callable[[Callable[[], object]], object] = lambda wait: wait()
        super().__init__(self._lazy)

    # What asyncio calls when something becomes ready -------------------------------------------

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Call a function soon, in the kernel's context if it comes from outside the kernel."""
        handle = super().call_soon(callback, *args, context=context or self._context())
        self._has_work = True
        if not self.is_running():
            self._wake()
        return handle

    def call_soon_threadsafe(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Call a function soon. May be called from any thread."""
        return super().call_soon_threadsafe(callback, *args, context=context or self._context())

    def call_at(  # type: ignore[override]
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call a function at a time of the loop's clock, in seconds."""
        handle = super().call_at(when, callback, *args, context=context or self._context())
        # Other threads may set timers only through call_soon_threadsafe, but a wrong program must
        # not corrupt the heap.
        with self._timers_lock:
            if len(self._timers) >= self._compact_at:
                self._compact()
            heapq.heappush(self._timers, handle)
        if not self.is_running():
            self._wake()
        return handle

    def create_task(self, coro: Any, **options: Any) -> asyncio.Task[Any]:
        """Start a task, as asyncio's loops do, and remember it for `unfinished_tasks`."""
        task = super().create_task(coro, **options)
        self._tasks.add(task)
        return task

    def unfinished_tasks(self) -> set[asyncio.Task[Any]]:
        """Return the loop's unfinished tasks. Called on the loop's thread.

        `asyncio.all_tasks` would search the tasks of all loops of the process.
        """
        return {task for task in self._tasks if not task.done()}

    def _context(self) -> Context | None:
        """Return the context for a callback without one; None lets asyncio copy the caller's.

        The caller may be a thread of another kernel, or of none.
        """
        scope = current_scope()
        home = self._home_scope
        if scope is home or (scope and home and scope.kernel is home.kernel):
            return None
        return self._home

    def _write_to_self(self) -> None:
        """Called by `call_soon_threadsafe` after the callback was queued."""
        self._has_work = True
        if self._work_came is not None:
            self._work_came.set()
        if self._real_self_pipe:
            super()._write_to_self()  # type: ignore[misc]
        self._wake()

    def _make_self_pipe(self) -> None:
        """Called by the constructor. The pipe is created with the real selector instead."""
        self._ssock = self._csock = None

    def _make_real_self_pipe(self) -> None:
        self._real_self_pipe = True
        super()._make_self_pipe()  # type: ignore[misc]

    def _close_self_pipe(self) -> None:
        if self._real_self_pipe:
            super()._close_self_pipe()  # type: ignore[misc]

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Run a function in an executor, by default in the kernel's own."""
        if executor is None:
            if self._kernel_executor is None:
                self._kernel_executor = self._make_executor()
            executor = self._kernel_executor
        return super().run_in_executor(executor, func, *args)

    # What runs inside of a callback ------------------------------------------------------------

    def run_until_complete(self, future: Any) -> Any:
        """Run a coroutine, and what else the kernel has to do meanwhile, inside of a callback.

        In another thread of the kernel, wait for the kernel's own thread to run the coroutine.
        """
        if asyncio._get_running_loop() is not self:

            async def result() -> Any:
                return await future

            return asyncio.run_coroutine_threadsafe(result(), self).result()
        task = asyncio.ensure_future(future, loop=self)
        run_until_done(self, task, self._wait_inside)
        return task.result()

    def _wait_inside(self, timeout: float | None) -> None:
        if self._lazy.real is not None:
            events: list[Any] = []
            self.block(lambda: events.extend(self._lazy.select(timeout)))
            self._process_events(events)  # type: ignore[attr-defined]
            return
        came = self._work_came = threading.Event()
        if not self._ready:  # type: ignore[attr-defined]
            self.block(lambda: came.wait(timeout))
        self._work_came = None

    # What the driver calls ---------------------------------------------------------------------

    def run_once(self) -> None:
        """Run ready callbacks and due timers on the calling thread."""
        self._has_work = False
        super().call_soon(self.stop)
        try:
            self.run_forever()
        except BaseException as error:  # noqa: BLE001 - the boundary between the app and the server
            # asyncio lets SystemExit and KeyboardInterrupt through, in the middle of ready
            # callbacks.
            self._has_work = True
            message = f"{type(error).__name__} in a callback"
            self.call_exception_handler({"message": message, "exception": error})

    @property
    def has_work(self) -> bool:
        """Whether something was queued since the last `run_once` started."""
        return self._has_work

    @property
    def timer_count(self) -> int:
        """The number of stored timers, including cancelled ones not removed yet."""
        return len(self._timers)

    def next_delay(self) -> float | None:
        """Return the seconds until the next timer, 0 if one is due, or None if there is none."""
        now = self.time()
        with self._timers_lock:
            timers = self._timers
            due = False
            while timers and (timers[0].when() <= now or timers[0].cancelled()):
                due |= not heapq.heappop(timers).cancelled()
            if due:
                return 0.0
            return timers[0].when() - now if timers else None

    def _compact(self) -> None:
        """Drop cancelled timers, so that they don't accumulate."""
        self._timers = [timer for timer in self._timers if not timer.cancelled()]
        heapq.heapify(self._timers)
        self._compact_at = max(COMPACT_FROM, 2 * len(self._timers))

    @property
    def waits_for_sockets(self) -> bool:
        """Whether a coroutine has registered its own socket."""
        real = self._lazy.real
        # The wake-up pipe is one registered descriptor.
        return real is not None and len(real.get_map()) > 1

    def wait_for_sockets(self, timeout: float | None) -> None:
        """Block until a registered socket is ready, a callback is added, or seconds have passed."""
        self._lazy.select(timeout)

    def close(self) -> None:
        """Close the loop permanently and drop queued callbacks."""
        super().close()
        with self._timers_lock:
            self._timers.clear()
