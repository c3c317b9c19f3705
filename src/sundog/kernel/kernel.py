"""A virtual kernel: one run of the app, with its widgets, loop and pages."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextvars import Context, copy_context
from typing import Any, TypeVar
from weakref import WeakSet

from sundog.errors import KernelClosedError, KernelExit, KernelStoppedError, NoInputError
from sundog.ids import KernelId, PageId, SessionId, short
from sundog.kernel import errors as reports
from sundog.kernel.comm import KernelComm, KernelCommManager
from sundog.kernel.dispatch import Dispatcher, Received
from sundog.kernel.error_rate import ErrorRate
from sundog.kernel.full_state import DescribeComm, FullState, NeedForComm, always_needed
from sundog.kernel.identity import Client, Identity, NoClientYetError
from sundog.kernel.locals import Locals
from sundog.kernel.location import Location
from sundog.kernel.messages.left_out import LeftOut
from sundog.kernel.messages.outbox import Outbox, OutboxLimits
from sundog.kernel.offered_files import OfferedFiles
from sundog.kernel.page import Page
from sundog.kernel.request import NO_REQUEST, Request
from sundog.kernel.shutdown import CloseCallbacks, end_tasks
from sundog.kernel.stopping import Stopper
from sundog.output import DISPLAY_BYTES, KernelOutput
from sundog.protocol import Outgoing, PageBatch, encode_message
from sundog.scheduler import Driver, Engine, KernelLoop
from sundog.scope import Scope, scoped, set_scope, stop_if_ended

logger = logging.getLogger(__name__)
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
        self.pages: dict[PageId, Page] = {}
        self.closed = False
        # Whether the app had run before the kernel had a client.
        self.ran_in_advance = False
        # Whether an error of the app was reported.
        self.has_failed = False
        # Whether this is the dry run, which no page will see.
        self.is_dry_run = False
        self.files = OfferedFiles()
        self.output = KernelOutput(
            self.publish,
            self.submit,
            display_bytes,
            lambda model_id: self.full_state.open(model_id),
        )
        self.page_area = self.output.page
        self.location = Location(self.publish, self.submit, check=self._require_client)
        self.location.begin(request.place)
        # Called with the app's errors, where they happen; may take its time.
        self.on_error: Callable[[BaseException], object] = lambda error: None
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
            report_error=self.report_error,
        )
        self._dispatcher = Dispatcher(
            self.comms,
            move=self.location.moved,
            leave=self.location.left,
            answer=self.output.questions.answer,
            acknowledge=self.acknowledge,
            report_error=self.report_error,
        )
        self._context = Context()
        self._context.run(set_scope, self.scope)
        self._driver = Driver(engine, self.outbox, self._context)
        self._driver.loop.set_exception_handler(self._report_loop_error)
        self._stopper = Stopper(self._driver, engine.ticker, lambda: self.log_id)
        # Those that the app's own code has started.
        self.threads: WeakSet[threading.Thread] = WeakSet()
        self._locals = Locals()
        self._close_callbacks = CloseCallbacks()

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
    def is_stopped(self) -> bool:
        """Whether the kernel's code is to end; see `kernel.stopping`."""
        return self._stopper.stopped

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
        self._close_callbacks.add(callback, self.log_id)

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Make this the running kernel for the body, in the calling thread."""
        with scoped(self.scope):
            yield

    def publish(self, message: Outgoing) -> None:
        """Send a message to all pages."""
        if self._stopper.stopped:
            stop_if_ended()
        if not self.outbox.publish(message):
            self.full_state.open_named(message)

    def report_error(self, error: BaseException, where: str) -> str:
        """Log an error and show it in the pages, as far as the mode allows. Return its id."""
        if isinstance(error, (NoClientYetError, KernelExit, KernelStoppedError)):
            return ""
        if self._stopper.ended:
            # A thread that was left behind: what it works with has been cleared.
            logger.debug("[%s] %s fails after the end: %r", self.log_id, where, error)
            return ""
        if isinstance(error, NoInputError) and self.output.questions.closed:
            # The user has closed the page without an answer.
            return ""
        self.has_failed = True
        rate = self.local(ErrorRate, ErrorRate)
        told = reports.report(error, where, self.log_id, self.development, rate)
        if told["id"]:
            self.publish(encode_message("error", told))
        self.on_error(error)
        return str(told["id"])

    def run_ended(self, error: BaseException | None) -> None:
        """Notify the pages that the app's run, or that of one of its pages, has ended.

        The server is notified of the first of them.
        """
        if error is not None:
            self.report_error(error, "the app")
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
        self._call_soon(self._guarded, work)

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

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - the boundary between the app and the server
            self.report_error(error, "the app")

    def _report_loop_error(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Handle errors that asyncio reports, such as of failed tasks that nothing awaited."""
        error = context.get("exception")
        if error is not None and not isinstance(error, asyncio.CancelledError):
            task = context.get("task") or context.get("future")
            name = getattr(task, "get_coro", lambda: None)()
            self.report_error(error, f"coroutine {getattr(name, '__qualname__', '')}".rstrip())
        else:
            logger.error("[%s] %s", self.log_id, context.get("message"))

    # For pages ---------------------------------------------------------------------------------

    def page(self, page_id: PageId) -> Page:
        """Return the page with an id, created at its first use."""
        page = self.pages.get(page_id)
        if page is None:
            page = self.pages[page_id] = Page(page_id)
        return page

    def forget_page(self, page_id: PageId) -> None:
        """Remove a page that has ended."""
        page = self.pages.pop(page_id, None)
        if page is not None:
            self.outbox.forget(page.reader)

    def _describe_page(self) -> list[Outgoing]:
        shown = [encode_message("output", "", item) for item in self.page_area.items]
        return shown + self.location.describe()

    def take_over(self, old: VirtualKernel) -> None:
        """Take over the pages of another kernel, which sends them nothing from now on.

        Messages that they send are not handled here until `resume_from`.
        """
        self._dispatcher.hold()
        self.pages, old.pages = old.pages, {}
        self.outbox.take_over(*old.outbox.hand_over(self.outbox))

    def resume_from(self, old: VirtualKernel, catch_up: Callable[[], object]) -> None:
        """Continue from another kernel, after `catch_up` on this kernel's logical thread.

        Messages that the other kernel has started to handle count as processed. The rest is handled
        here, followed by the messages since `take_over`. In between, each connected page gets the
        full state. Thread-safe.
        """
        left = old._dispatcher.hand_over()
        self.submit(lambda: self._catch_up(left, catch_up))
        self.submit(self._go_on)

    def _catch_up(self, left: list[Received], catch_up: Callable[[], object]) -> None:
        self._dispatcher.put_first(left)
        for page in tuple(self.pages.values()):
            # A page keeps changes that are not acknowledged, whatever the state says.
            self.acknowledge(page, page.begun)
        catch_up()

    def _go_on(self) -> None:
        for page in tuple(self.pages.values()):
            self.full_state.give(page)
        self._call_soon(self._dispatcher.handle, self._dispatcher.go_on())

    def synchronise(self, page: Page) -> None:
        """Send a page the kernel's full state, taken on the kernel's logical thread.

        While code runs there that may never end, another thread takes it.
        """
        if self.location.loads_pages:
            take = threading.Thread(
                target=self._synchronise_beside, args=(page,), name="sundog-state", daemon=True
            )
            take.start()
        else:
            self._call_soon(self.full_state.give, page)

    def _synchronise_beside(self, page: Page) -> None:
        with self.entered():
            self._guarded(lambda: self.full_state.give(page))

    # The end -----------------------------------------------------------------------------------

    def close(self, done: Callable[[], None] = lambda: None) -> None:
        """End the kernel on its logical thread, after what runs there now; then call `done`."""
        self.outbox.close()
        # Its thread may wait for an answer.
        self.output.questions.close()
        self._stopper.begin()
        try:
            self._call_soon(self._close, done)
        except KernelClosedError:
            done()

    def _close(self, done: Callable[[], None]) -> None:
        if self.closed:
            done()
            return
        self._stopper.begin()
        self.closed = self.comms.ended = True
        self._close_callbacks.run(self.log_id)
        loop = self._driver.loop
        loop.create_task(self._wind_down(loop, done), context=self._context)

    async def _wind_down(self, loop: KernelLoop, done: Callable[[], None]) -> None:
        try:
            await end_tasks(loop)
            self._close_widgets()
        finally:
            self._let_go()
            self._driver.finish(done)

    def _close_widgets(self) -> None:
        for widget in list(self.widgets.values()):
            try:
                widget.close()
                # It would be closed again when it is collected, at which some fail. Shared
                # functions keep some until the process ends, when no hook prevents that.
                widget.close = _do_nothing
            except BaseException:
                logger.exception("[%s] a widget could not be closed", self.log_id)

    def _let_go(self) -> None:
        """Break the cycles that would keep memory until a full garbage collection."""
        self._stopper.end(self.threads)
        for comm in list(self.comms.comms.values()):
            comm.mark_closed()  # type: ignore[attr-defined]
        holders: tuple[dict[Any, Any], ...] = (self.widgets, self.comms.comms, self.pages)
        for holder in (*holders, *self.namespaces):
            holder.clear()
        self._locals.clear()
        self.location.forget_observers()
        self.output.clear()


def _do_nothing() -> None:
    pass
