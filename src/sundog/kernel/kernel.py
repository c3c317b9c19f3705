"""A virtual kernel: one run of the app, with its widgets, loop and pages."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextvars import Context, copy_context
from typing import Any, TypeVar
from weakref import WeakSet

from sundog.errors import KernelClosedError
from sundog.ids import KernelId, SessionId, short
from sundog.kernel.comm import KernelComm, KernelCommManager
from sundog.kernel.dispatch import Dispatcher
from sundog.kernel.error_rate import ErrorRate
from sundog.kernel.error_reporter import ErrorReporter
from sundog.kernel.full_state import DescribeComm, FullState, NeedForComm, always_needed
from sundog.kernel.identity import Client, Identity
from sundog.kernel.locals import Locals
from sundog.kernel.location import Location
from sundog.kernel.messages.left_out import LeftOut
from sundog.kernel.messages.outbox import Outbox
from sundog.kernel.messages.retention import OutboxLimits
from sundog.kernel.offered_files import OfferedFiles
from sundog.kernel.page import Page
from sundog.kernel.pages import Pages
from sundog.kernel.request import NO_REQUEST, Request
from sundog.kernel.shutdown import KernelEnd
from sundog.output import DISPLAY_BYTES, KernelOutput
from sundog.protocol import Outgoing, PageBatch, encode_message
from sundog.scheduler import Driver, Engine
from sundog.scope import Scope, scoped, set_scope, stop_if_ended

T = TypeVar("T")


class VirtualKernel:
    """One run of the app.

    Everything that it runs is one logical thread: messages of its pages, coroutine steps, timers
    and submitted work run one at a time, in order, on threads of the engine, and never on the
    server's event loop.
    """

    def __init__(
        self,
        kernel_id: KernelId,
        session_id: SessionId,
        engine: Engine,
        *,
        request: Request = NO_REQUEST,
        development: bool = False,
        limits: OutboxLimits | None = None,
        display_bytes: int = DISPLAY_BYTES,
        shared_targets: dict[str, Callable[..., Any]] | None = None,
        describe_comm: DescribeComm = KernelComm.describe,
        need_for_comm: NeedForComm = always_needed,
    ) -> None:
        self.identity = Identity(Client(kernel_id, session_id, request))
        self.development = development
        self.log_id = short(kernel_id)
        self.widgets: dict[str, Any] = {}
        self.namespace: dict[str, Any] = {}
        # Including those of an app's other pages, because all are cleared when the kernel ends.
        self.namespaces = [self.namespace]
        # Whether the app had run before the kernel had a client.
        self.ran_in_advance = False
        # Whether this is the dry run, which no page will see.
        self.is_dry_run = False
        self.files = OfferedFiles()
        self._locals = Locals()
        self.errors = ErrorReporter(
            development=development,
            log_id=lambda: self.log_id,
            publish=self.publish,
            rate=lambda: self.local(ErrorRate, ErrorRate),
            has_ended=lambda: self._end.stopper.ended,
            asks_nobody=lambda: self.output.questions.closed,
        )
        self.output = KernelOutput(
            self.publish,
            self.submit,
            display_bytes,
            lambda model_id: self.full_state.open(model_id),
        )
        self.page_area = self.output.page
        self.location = Location(self.publish, self.submit, check=self._require_client)
        self.location.begin(request.place)
        # Called with the kernel when its code wants it to end.
        self.on_exit: Callable[[VirtualKernel], object] = lambda kernel: None
        # Called with the progress and the end of the app's run, for the server.
        self.on_progress: Callable[[str], object] = lambda text: None
        self.on_run_ended: Callable[[BaseException | None], object] = lambda error: None
        self.scope = Scope(self, self.page_area, self.namespace)
        self.comms = KernelCommManager(
            self.scope,
            self.publish,
            lambda: len(self.pages),
            shared_targets=shared_targets,
            development=development,
        )
        left_out = LeftOut(self.comms.id_suffix)
        self.outbox = Outbox(limits or OutboxLimits(), left_out)
        self.comms.forget = self.outbox.forget_left_out
        self.comms.prepare = lambda message: self.full_state.prepare(message)
        self.full_state = FullState(
            self.comms,
            self.outbox,
            self.output.barrier,
            describe=describe_comm,
            need_for=need_for_comm,
            describe_page=self._describe_page,
            report_error=self.errors.report,
        )
        self._dispatcher = Dispatcher(
            self.comms,
            move=self.location.moved,
            leave=self.location.left,
            answer=self.output.questions.answer,
            acknowledge=self.acknowledge,
            report_error=self.errors.report,
        )
        self._context = Context()
        self._context.run(set_scope, self.scope)
        self._driver = Driver(engine, self.outbox, self._context)
        self._driver.loop.set_exception_handler(self.errors.report_loop_error)
        self.pages = Pages(
            self.scope,
            self.outbox,
            self._dispatcher,
            self.full_state,
            self.submit,
            is_busy=lambda: self.location.loads_pages,
        )
        self._end = KernelEnd(
            self._driver, self._context, engine.ticker, self.comms, self.widgets, self._let_go
        )

    # Whom it runs for --------------------------------------------------------------------------

    @property
    def id(self) -> KernelId:
        """The kernel's id, as pages know it."""
        return self.identity.get().kernel_id

    @property
    def session_id(self) -> SessionId:
        """The session that the kernel belongs to."""
        return self.identity.get().session_id

    @property
    def request(self) -> Request:
        """The request of the kernel's first page."""
        return self.identity.get().request

    def _require_client(self) -> None:
        self.identity.get()

    def await_client(self) -> None:
        """Run without a client for now. Called before anything runs in the kernel."""
        self.identity = Identity(None)

    def welcome(self, client: Client) -> bool:
        """Run for a client from now on. Returns False if it is too late for that."""
        self.location.begin(client.request.place)
        if not self.identity.settle(client):
            return False
        self.log_id = short(client.kernel_id)
        self.ran_in_advance = True
        return True

    @property
    def closed(self) -> bool:
        """Whether the kernel's end has begun."""
        return self._end.closed

    @property
    def threads(self) -> WeakSet[threading.Thread]:
        """The threads that the app's own code has started."""
        return self._end.threads

    @property
    def is_stopped(self) -> bool:
        """Whether the kernel's code is to end; see `kernel.stopping`."""
        return self._end.stopper.stopped

    # For code that runs in the kernel ----------------------------------------------------------

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The asyncio loop that the kernel's messages, coroutines and timers run on."""
        return self._driver.loop

    @property
    def page_count(self) -> int:
        """The number of the kernel's pages, connected or not."""
        return len(self.pages)

    def peek(self, key: object) -> Any:
        """Return the value stored under a key, or None."""
        return self._locals.peek(key)

    def local(self, key: object, factory: Callable[[], T]) -> T:
        """Return the value stored under a key, created by the factory at first use.

        Threads that ask while it is being created wait for it.
        """
        return self._locals.get(key, factory)

    def on_close(self, callback: Callable[[], object]) -> None:
        """Call a function once when the kernel ends; the last registered is called first.

        If it has already ended, the function is called now.
        """
        self._end.callbacks.add(callback, self.log_id)

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Make this the running kernel for the body, in the calling thread."""
        with scoped(self.scope):
            yield

    def publish(self, message: Outgoing) -> None:
        """Send a message to all pages."""
        if self._end.stopper.stopped:
            stop_if_ended()
        if not self.outbox.publish(message):
            self.full_state.open_named(message)

    def report_error(self, error: BaseException, where: str) -> str:
        """Log an error and show it in the pages, as far as the mode allows. Return its id."""
        return self.errors.report(error, where)

    @property
    def on_error(self) -> Callable[[BaseException], object]:
        """Called with the app's errors, where they happen; may take its time."""
        return self.errors.listener

    def run_ended(self, error: BaseException | None) -> None:
        """Notify the pages that the app's run, or that of one of its pages, has ended.

        The server is notified of the first of them.
        """
        if error is not None:
            self.errors.report(error, "the app")
        self.publish(encode_message("ready"))
        waiting, self.on_run_ended = self.on_run_ended, lambda error: None
        waiting(error)

    def keep_context_variables(self) -> None:
        """Let later callbacks see the context variables that the running task has set."""
        home = self._context
        for variable, value in copy_context().items():
            if variable not in home or home[variable] is not value:
                home.run(variable.set, value)
        home.run(set_scope, self.scope)

    def keep_thread(self) -> None:
        """Stay on the calling thread from now on; see `Driver.keep_thread`."""
        self._driver.keep_thread()

    # For whoever has work for the kernel -------------------------------------------------------

    def submit(self, work: Callable[[], object]) -> None:
        """Run a function on the kernel's logical thread and report its errors. Thread-safe.

        Raises `KernelClosedError` if the kernel has ended.
        """
        self._call_soon(self.errors.guard, work)

    def receive(
        self, page: Page, batch: PageBatch, buffers: Sequence[list[memoryview]] | None = None
    ) -> None:
        """Queue a page's messages. Raises `ProtocolError` and `KernelClosedError`."""
        known = page.accept(batch)
        self.outbox.applied(page.reader, batch.seen)
        if known < len(batch.messages):
            count = self._dispatcher.put(page, batch, known, buffers)
            self._call_soon(self._dispatcher.handle, count)

    def acknowledge(self, page: Page, number: int) -> None:
        """Acknowledge a page's messages up to a number."""
        self.outbox.acknowledge(page.reader, number)

    def _call_soon(self, callback: Callable[..., object], *args: Any) -> None:
        try:
            self._driver.loop.call_soon_threadsafe(callback, *args, context=self._context)
        except RuntimeError as error:
            raise KernelClosedError(f"kernel {self.log_id} has ended") from error

    # For pages ---------------------------------------------------------------------------------

    def _describe_page(self) -> list[Outgoing]:
        shown = [encode_message("output", "", item) for item in self.page_area.items]
        return shown + self.location.describe()

    # The end -----------------------------------------------------------------------------------

    def close(self, done: Callable[[], None] = lambda: None) -> None:
        """End the kernel on its logical thread, after what runs there now; then call `done`."""
        self.outbox.close()
        # Its thread may wait for an answer.
        self.output.questions.close()
        self._end.begin(done)

    def _let_go(self) -> None:
        """Break the cycles that would keep memory until a full garbage collection."""
        for holder in (self.widgets, self.comms.comms, *self.namespaces):
            holder.clear()
        self.pages.clear()
        self._locals.clear()
        self.location.forget_observers()
        self.output.clear()
