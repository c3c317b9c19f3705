"""All kernels of a worker: who they belong to, which connections they have, when they end.

Used from the server's event loop only; what happens elsewhere is posted there.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sundog.clock import Clock, SystemClock
from sundog.errors import KernelLimitError, UnknownKernelError
from sundog.ids import ConnectionId, KernelId, PageId, SessionId
from sundog.kernel.memory import release_memory
from sundog.kernel.page import Page
from sundog.kernel.reaper import Reaper
from sundog.kernel.tombstones import Tombstones
from sundog.kernel.virtual import VirtualKernel
from sundog.lifecycle.machine import step
from sundog.lifecycle.states import (
    Action,
    BeginClosing,
    DeadlinePassed,
    Ended,
    Event,
    Evict,
    ForgetKernel,
    ForgetPage,
    Lifecycle,
    PageClosed,
    PageConnected,
    Refuse,
    SetDeadline,
    SocketDropped,
    Started,
    Stop,
)

logger = logging.getLogger(__name__)

COLLECT_AFTER_SECONDS = 1.0
# A collection looks at all live kernels and halts them meanwhile: it must be worth it.
COLLECT_AFTER_ENDS = 50
COLLECT_AFTER_SHARE = 4


class Connection(Protocol):
    """What the registry needs of a socket."""

    id: ConnectionId

    def end(self, code: int) -> None:
        """Close with a WebSocket close code, soon, without waiting."""
        ...


@dataclass(frozen=True, slots=True)
class RegistryLimits:
    """How many kernels there may be, and how long one waits for its pages, in seconds."""

    cull_timeout: float = 24 * 3600.0
    max_count: int | None = None
    max_per_session: int | None = 100


@dataclass(frozen=True, slots=True)
class Attachment:
    """A connection's place: its kernel and page, and whether the kernel was made for it."""

    kernel: VirtualKernel
    page: Page
    new: bool


# More than anybody pops out; fewer than would make a kernel's events expensive.
MAX_PAGES = 100

KERNEL_ENDED = 4001
TAKEN_OVER = 4002
SERVER_RESTARTS = 1012

MakeKernel = Callable[[KernelId, SessionId], VirtualKernel]


class _Entry:
    __slots__ = ("connections", "kernel", "life")

    def __init__(self, kernel: VirtualKernel) -> None:
        self.kernel = kernel
        self.life = Lifecycle()
        self.connections: dict[ConnectionId, Connection] = {}


class Registry:
    """The kernels of this worker.

    `make` builds a kernel; `start` is called on its logical thread for the app's first run.
    """

    def __init__(
        self,
        *,
        make: MakeKernel,
        start: Callable[[VirtualKernel], None],
        limits: RegistryLimits | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._make = make
        self._start = start
        self._limits = limits or RegistryLimits()
        self._clock = clock or SystemClock()
        self._reaper = Reaper(self._clock)
        self._entries: dict[KernelId, _Entry] = {}
        self._per_session: Counter[SessionId] = Counter()
        self._ended = Tombstones()
        self._ended_since_collection = 0
        self._draining = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._deadline_changed = asyncio.Event()
        self._emptied = asyncio.Event()
        self._collect_handle: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def draining(self) -> bool:
        """Whether the server is stopping and makes no more kernels."""
        return self._draining

    # Connections -------------------------------------------------------------------------------

    def connect(
        self,
        kernel_id: KernelId,
        session_id: SessionId,
        page_id: PageId,
        connection: Connection,
        *,
        returning: bool,
    ) -> Attachment:
        """Attach a connection to its kernel, made now if it is a page's first.

        `returning` says that the page has had a kernel: it gets that one or none. Raises
        `UnknownKernelError` where the kernel has ended or is another session's, and
        `KernelLimitError` where there is no room for a new one.
        """
        self._loop = asyncio.get_running_loop()
        entry = self._entries.get(kernel_id)
        new = entry is None
        if entry is None:
            if returning or kernel_id in self._ended:
                raise UnknownKernelError("this kernel has ended")
            self.check_room(session_id)
            entry = self._add(kernel_id, session_id)
        elif entry.kernel.session_id != session_id:
            raise UnknownKernelError("this kernel has ended")
        elif page_id not in entry.life.pages and len(entry.kernel.pages) >= MAX_PAGES:
            raise KernelLimitError(f"all {MAX_PAGES} pages of this kernel are in use")
        entry.connections[connection.id] = connection
        actions = self._step(entry, PageConnected(page_id, connection.id))
        if any(isinstance(action, Refuse) for action in actions):
            entry.connections.pop(connection.id, None)
            raise UnknownKernelError("this page has ended")
        kernel = entry.kernel
        page = kernel.page(page_id)
        if new:
            kernel.submit(lambda: self._first_run(entry))
        return Attachment(kernel, page, new)

    def disconnect(self, kernel_id: KernelId, page_id: PageId, connection: Connection) -> None:
        """Note that a connection has ended; harmless when a newer one speaks for its page."""
        entry = self._entries.get(kernel_id)
        if entry is None or entry.connections.pop(connection.id, None) is None:
            return
        self._step(entry, SocketDropped(page_id, connection.id))

    def close_page(self, kernel_id: KernelId, session_id: SessionId, page_id: PageId) -> None:
        """Handle a page's close beacon; kernels of other sessions don't change.

        The caller has made sure that the kernel's id was minted for the session.
        """
        entry = self._entries.get(kernel_id)
        if entry is None:
            # The beacon has overtaken the page's socket, which must find no kernel when it comes.
            self._ended.add(kernel_id)
        elif entry.kernel.session_id == session_id:
            self._step(entry, PageClosed(page_id))

    def check_room(self, session_id: SessionId) -> None:
        """Raise `KernelLimitError` where a session can't have one more kernel."""
        limits = self._limits
        if self._draining:
            raise KernelLimitError("the server is stopping")
        if limits.max_count is not None and len(self._entries) >= limits.max_count:
            raise KernelLimitError(f"the server has all its {limits.max_count} kernels in use")
        if (
            limits.max_per_session is not None
            and self._per_session[session_id] >= limits.max_per_session
        ):
            raise KernelLimitError(
                f"this browser has all its {limits.max_per_session} kernels in use"
            )

    # Life --------------------------------------------------------------------------------------

    def _add(self, kernel_id: KernelId, session_id: SessionId) -> _Entry:
        entry = _Entry(self._make(kernel_id, session_id))
        self._entries[kernel_id] = entry
        self._per_session[session_id] += 1
        self._emptied.clear()
        return entry

    def _first_run(self, entry: _Entry) -> None:
        try:
            self._start(entry.kernel)
        finally:
            self._post(lambda: self._step(entry, Started()))

    def _step(self, entry: _Entry, event: Event) -> list[Action]:
        entry.life, actions = step(entry.life, event, self._clock.now(), self._limits.cull_timeout)
        for action in actions:
            self._act(entry, action)
        return actions

    def _act(self, entry: _Entry, action: Action) -> None:
        kernel = entry.kernel
        match action:
            case Evict(connection_id):
                connection = entry.connections.pop(connection_id, None)
                if connection is not None:
                    connection.end(TAKEN_OVER)
            case ForgetPage(page_id):
                kernel.forget_page(page_id)
            case SetDeadline(at):
                self._reaper.set(kernel.id, at)
                self._deadline_changed.set()
            case BeginClosing():
                self._reaper.set(kernel.id, None)
                code = SERVER_RESTARTS if self._draining else KERNEL_ENDED
                for connection in list(entry.connections.values()):
                    connection.end(code)
                entry.connections.clear()
                kernel.close(lambda: self._post(lambda: self._step(entry, Ended())))
            case ForgetKernel():
                self._forget(entry)
            case Refuse():
                pass

    def _forget(self, entry: _Entry) -> None:
        kernel = entry.kernel
        del self._entries[kernel.id]
        self._per_session[kernel.session_id] -= 1
        if not self._per_session[kernel.session_id]:
            del self._per_session[kernel.session_id]
        self._ended.add(kernel.id)
        if not self._entries:
            self._emptied.set()
        self._collect_soon()

    def _collect_soon(self) -> None:
        """Release the memory of ended kernels, together for all that end within a moment."""
        self._ended_since_collection += 1
        worth = max(COLLECT_AFTER_ENDS, len(self._entries) // COLLECT_AFTER_SHARE)
        if self._entries and self._ended_since_collection < worth:
            return
        if self._collect_handle is None and self._loop is not None and not self._draining:
            self._collect_handle = self._loop.call_later(COLLECT_AFTER_SECONDS, self._collect)

    def _collect(self) -> None:
        self._collect_handle = None
        self._ended_since_collection = 0
        if self._loop is not None:
            self._loop.run_in_executor(None, release_memory)

    def _post(self, work: Callable[[], object]) -> None:
        """Run something on the server's event loop. Thread-safe."""
        loop = self._loop
        # The loop is closed only when the process ends.
        with contextlib.suppress(RuntimeError):
            if loop is not None:
                loop.call_soon_threadsafe(work)

    # The server's side -------------------------------------------------------------------------

    async def reap(self) -> None:
        """Close kernels whose deadline passes, for as long as the server runs."""
        while True:
            self._deadline_changed.clear()
            for kernel_id in self._reaper.due():
                entry = self._entries.get(kernel_id)
                if entry is not None:
                    logger.info("[%s] ends: no page came back in time", entry.kernel.log_id)
                    self._step(entry, DeadlinePassed())
            try:
                async with asyncio.timeout(self._reaper.seconds_to_next()):
                    await self._deadline_changed.wait()
            except TimeoutError:
                continue

    async def shutdown(self, timeout: float) -> None:
        """Close every kernel; return when all have ended, or after some seconds."""
        self._loop = asyncio.get_running_loop()
        self._draining = True
        if self._collect_handle is not None:
            self._collect_handle.cancel()
        for entry in list(self._entries.values()):
            self._step(entry, Stop())
        if not self._entries:
            return
        try:
            async with asyncio.timeout(timeout):
                await self._emptied.wait()
        except TimeoutError:
            logger.warning(
                "%d kernels did not end within %g s; their code still runs",
                len(self._entries),
                timeout,
            )
