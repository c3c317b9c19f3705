"""All kernels of a worker: their owners, connections and ends.

Used only from the server's event loop; other threads post to it.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Callable

from sundog.clock import Clock, SystemClock
from sundog.errors import KernelLimitError, UnknownKernelError
from sundog.ids import KernelId, PageId, SessionId
from sundog.kernel import NO_REQUEST, Client, Request, VirtualKernel
from sundog.registry.attachment import Attachment, Connection
from sundog.registry.capacity import Capacity, RegistryLimits
from sundog.registry.entries import Entries, Entry
from sundog.registry.lifecycle.states import (
    KernelState,
    PageClosed,
    PageConnected,
    Refuse,
    SocketDropped,
    Started,
    Stop,
)
from sundog.registry.replacement import replace_soon
from sundog.registry.transitions import Transitions

logger = logging.getLogger(__name__)


# More windows than anyone opens, and few enough to keep a kernel's events cheap.
MAX_PAGES = 100

MakeKernel = Callable[[Client], VirtualKernel]


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
        capacity: Capacity | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._make = make
        self._start = start
        self.capacity = capacity or Capacity(limits or RegistryLimits())
        self._entries = Entries(self.capacity.share)
        self._transitions = Transitions(
            self._entries, clock or SystemClock(), self.capacity.limits.cull_timeout
        )
        # Called when a page has connected or reconnected to its kernel.
        self.on_attach: Callable[[VirtualKernel], object] = lambda kernel: None

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, kernel_id: KernelId, session_id: SessionId) -> VirtualKernel | None:
        """Return a running kernel of a session, or None if the session has none with this id."""
        entry = self._entries.get(kernel_id)
        if entry is None or entry.is_ending or entry.kernel.session_id != session_id:
            return None
        return entry.kernel

    def state_of(self, kernel_id: KernelId) -> KernelState | None:
        """Return a kernel's state, or None if there is no kernel with this id."""
        entry = self._entries.get(kernel_id)
        return None if entry is None else entry.life.state

    @property
    def draining(self) -> bool:
        """Whether the server is stopping and creates no more kernels."""
        return self._transitions.draining

    # Connections -------------------------------------------------------------------------------

    def connect(
        self,
        kernel_id: KernelId,
        session_id: SessionId,
        page_id: PageId,
        connection: Connection,
        *,
        returning: bool,
        request: Callable[[], Request] = lambda: NO_REQUEST,
    ) -> Attachment:
        """Attach a connection to its kernel, which is created for the first page.

        Args:
            kernel_id: The kernel's id, which was created for the session.
            session_id: The session of the connection.
            page_id: The page of the connection.
            connection: The connection.
            returning: Whether the page had a kernel before: it gets that one or none.
            request: Creates the request that a new kernel keeps for its app.

        Raises:
            UnknownKernelError: The kernel has ended or belongs to another session.
            KernelLimitError: There is no capacity for a new kernel.
        """
        self._transitions.use_running_loop()
        entry = self._entries.get(kernel_id)
        new = entry is None
        if entry is None:
            if returning or self._entries.has_ended(kernel_id):
                raise UnknownKernelError("this kernel has ended")
            self.check_capacity(session_id)
            entry = self._add(kernel_id, session_id, request)
        elif entry.kernel.session_id != session_id:
            raise UnknownKernelError("this kernel has ended")
        elif page_id not in entry.life.pages and len(entry.kernel.pages) >= MAX_PAGES:
            raise KernelLimitError("This app is open in too many pages at once.", "pages")
        entry.connections[connection.id] = connection
        actions = self._transitions.step(entry, PageConnected(page_id, connection.id))
        if any(isinstance(action, Refuse) for action in actions):
            entry.connections.pop(connection.id, None)
            raise UnknownKernelError("this page has ended")
        kernel = entry.kernel
        page = kernel.pages.open(page_id)
        if new:
            kernel.submit(lambda: self._run_app(entry, kernel))
        self.on_attach(kernel)
        return Attachment(kernel, page, new)

    def disconnect(self, kernel_id: KernelId, page_id: PageId, connection: Connection) -> None:
        """Note that a connection has ended. Does nothing if a newer one serves its page."""
        entry = self._entries.get(kernel_id)
        if entry is None or entry.connections.pop(connection.id, None) is None:
            return
        self._transitions.step(entry, SocketDropped(page_id, connection.id))

    def close_page(self, kernel_id: KernelId, session_id: SessionId, page_id: PageId) -> None:
        """Handle a page's close beacon. Kernels of other sessions don't change.

        The caller has checked that the kernel's id was created for the session.
        """
        entry = self._entries.get(kernel_id)
        if entry is None:
            # The beacon was faster than the page's socket, which must find no kernel when it
            # arrives.
            self._entries.note_end(kernel_id)
        elif entry.kernel.session_id == session_id:
            self._transitions.step(entry, PageClosed(page_id))

    def check_capacity(self, session_id: SessionId) -> None:
        """Raise `KernelLimitError` if a session can't have another kernel."""
        if self._transitions.draining:
            raise KernelLimitError("The server is stopping.", "stopping")
        self.capacity.check(len(self._entries), self._entries.per_session[session_id])
        if self.capacity.over_memory() and self._entries.longest_disconnected() is None:
            raise KernelLimitError("The server is out of memory.", "memory")

    def cull(self) -> asyncio.Event | None:
        """End the kernel that has been disconnected longest; None if all are connected.

        The event is set when it has ended.
        """
        entry = self._entries.longest_disconnected()
        if entry is None:
            return None
        logger.warning("[%s] ends early: the server exceeds its memory limit", entry.kernel.log_id)
        entry.ended = asyncio.Event()
        self._transitions.step(entry, Stop())
        return entry.ended

    # Another kernel in its place -----------------------------------------------------------------

    def kernels(self) -> list[tuple[VirtualKernel, bool]]:
        """Return all kernels that are not ending, each with whether a page is connected."""
        entries = self._entries.values()
        return [(each.kernel, bool(each.connections)) for each in entries if not each.is_ending]

    def make_replacement(self, old: VirtualKernel) -> VirtualKernel:
        """Return a kernel that can replace another one, and can be started with `begin` before."""
        kernel = self._make(old.identity.get())
        kernel.on_exit = self._end_soon
        kernel.location.begin(old.location.whole)
        return kernel

    def begin(self, kernel: VirtualKernel) -> None:
        """Let a successor run the app, without a page."""
        kernel.submit(lambda: self._start(kernel))

    def replace(
        self,
        old: VirtualKernel,
        new: VirtualKernel,
        catch_up: Callable[[], object] = lambda: None,
    ) -> bool:
        """Give a kernel's pages to its successor and end it. Return False if it is already ending.

        When the old kernel has handled its messages, or after a moment, `catch_up` is called on the
        successor's logical thread. Then its pages get its state.
        """
        entry = self._entries.get(old.id)
        if entry is None or entry.kernel is not old or entry.is_ending:
            return False
        new.pages.take_over(old.pages)
        entry.kernel = new
        for connection in entry.connections.values():
            connection.move(new)
        replace_soon(old, new, catch_up)
        old.close(lambda: self._transitions.post(self._transitions.note_end))
        return True

    def tell(self, kind: str, text: str, kernel: VirtualKernel | None = None) -> None:
        """Send a control message to all connected pages, of one kernel or all."""
        for entry in self._entries.values():
            if kernel is None or entry.kernel is kernel:
                for connection in entry.connections.values():
                    connection.tell(kind, text)

    # Life --------------------------------------------------------------------------------------

    def _add(
        self, kernel_id: KernelId, session_id: SessionId, request: Callable[[], Request]
    ) -> Entry:
        if self.capacity.over_memory():
            self.cull()
        kernel = self._make(Client(kernel_id, session_id, request()))
        kernel.on_exit = self._end_soon
        return self._entries.add(kernel)

    def _end_soon(self, kernel: VirtualKernel) -> None:
        """End a kernel at the request of its own code. Thread-safe."""
        self._transitions.post(functools.partial(self._end, kernel))

    def _end(self, kernel: VirtualKernel) -> None:
        entry = self._entries.get(kernel.id)
        if entry is not None and entry.kernel is kernel:
            self._transitions.step(entry, Stop())

    def _run_app(self, entry: Entry, kernel: VirtualKernel) -> None:
        try:
            self._start(kernel)
        finally:
            self._transitions.post(lambda: self._transitions.step(entry, Started()))

    # The server's side -------------------------------------------------------------------------

    async def reap(self) -> None:
        """Close kernels whose deadline passes, while the server runs."""
        await self._transitions.reap()

    def seconds_to_next_deadline(self) -> float | None:
        """Return the seconds until the next disconnected kernel ends, or None if there is none."""
        return self._transitions.seconds_to_next_deadline()

    def check_deadlines(self) -> None:
        """Let `reap` look at the clock now, which may have jumped."""
        self._transitions.check_deadlines()

    async def shutdown(self, timeout: float) -> None:
        """Close all kernels; return when all have ended, or after some seconds."""
        self._transitions.use_running_loop()
        self._transitions.drain()
        for entry in list(self._entries.values()):
            self._transitions.step(entry, Stop())
        if not self._entries:
            return
        try:
            async with asyncio.timeout(timeout):
                await self._entries.emptied.wait()
        except TimeoutError:
            logger.warning(
                "%d kernels did not end within %g s; their code still runs",
                len(self._entries),
                timeout,
            )
