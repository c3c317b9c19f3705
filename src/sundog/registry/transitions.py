"""Takes kernels through their lifecycle, and does what each step requires."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from sundog.clock import Clock
from sundog.registry.attachment import KERNEL_ENDED, SERVER_RESTARTS, TAKEN_OVER
from sundog.registry.collector import Collector
from sundog.registry.entries import Entries, Entry
from sundog.registry.lifecycle.machine import step
from sundog.registry.lifecycle.states import (
    Action,
    BeginClosing,
    DeadlinePassed,
    Dismiss,
    Ended,
    Event,
    Evict,
    ForgetKernel,
    ForgetPage,
    Refuse,
    SetDeadline,
)
from sundog.registry.reaper import Reaper

logger = logging.getLogger(__name__)


class Transitions:
    """The lifecycle of all kernels of a worker.

    Used only on the server's event loop, except for `post`.
    """

    def __init__(self, entries: Entries, clock: Clock, cull_timeout: float) -> None:
        """Create the transitions of a worker's kernels.

        Args:
            entries: The kernels. Those that have ended are removed.
            clock: Measures how long kernels have been disconnected.
            cull_timeout: After how many seconds a disconnected kernel ends.
        """
        self._entries = entries
        self._clock = clock
        self._cull_timeout = cull_timeout
        self._reaper = Reaper(clock)
        self._collector = Collector()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._deadline_changed = asyncio.Event()
        # Whether the server is stopping.
        self.draining = False

    def use_running_loop(self) -> None:
        """Let `post` use the event loop that runs now."""
        self._loop = asyncio.get_running_loop()

    def post(self, work: Callable[[], object]) -> None:
        """Run a function on the server's event loop. Thread-safe."""
        loop = self._loop
        # The loop is closed only when the process ends.
        with contextlib.suppress(RuntimeError):
            if loop is not None:
                loop.call_soon_threadsafe(work)

    def drain(self) -> None:
        """Note that the server is stopping."""
        self.draining = True
        self._collector.stop()

    def note_end(self) -> None:
        """Note that a kernel has ended, whose memory should be released."""
        self._collector.note_end(len(self._entries))

    def step(self, entry: Entry, event: Event) -> list[Action]:
        """Handle an event of a kernel, and return what that required."""
        entry.life, actions = step(entry.life, event, self._clock.now(), self._cull_timeout)
        for action in actions:
            self._act(entry, action)
        return actions

    async def reap(self) -> None:
        """Close kernels whose deadline passes, for ever."""
        while True:
            self._deadline_changed.clear()
            self._end_due()
            try:
                async with asyncio.timeout(self._reaper.seconds_to_next()):
                    await self._deadline_changed.wait()
            except TimeoutError:
                continue

    def seconds_to_next_deadline(self) -> float | None:
        """Return the seconds until the next kernel ends, or None if all are connected."""
        return self._reaper.seconds_to_next()

    def check_deadlines(self) -> None:
        """Let `reap` look at the clock now."""
        self._deadline_changed.set()

    def _end_due(self) -> None:
        # Not in `reap`, which waits long and would keep a reference to the last one.
        for kernel_id in self._reaper.due():
            entry = self._entries.get(kernel_id)
            if entry is not None:
                logger.info("[%s] ends: no page reconnected in time", entry.kernel.log_id)
                self.step(entry, DeadlinePassed())

    def _act(self, entry: Entry, action: Action) -> None:
        kernel = entry.kernel
        match action:
            case Dismiss(connection_id):
                connection = entry.connections.pop(connection_id, None)
                if connection is not None:
                    connection.end(KERNEL_ENDED)
            case Evict(connection_id):
                connection = entry.connections.pop(connection_id, None)
                if connection is not None:
                    connection.end(TAKEN_OVER)
            case ForgetPage(page_id):
                kernel.pages.forget(page_id)
            case SetDeadline(at):
                self._reaper.set(kernel.id, at)
                self.check_deadlines()
            case BeginClosing():
                self._reaper.set(kernel.id, None)
                code = SERVER_RESTARTS if self.draining else KERNEL_ENDED
                for connection in list(entry.connections.values()):
                    connection.end(code)
                entry.connections.clear()
                kernel.close(lambda: self.post(lambda: self._ended(entry)))
            case ForgetKernel():
                self._entries.remove(entry)
                self.note_end()
            case Refuse():
                pass

    def _ended(self, entry: Entry) -> None:
        self.step(entry, Ended())
