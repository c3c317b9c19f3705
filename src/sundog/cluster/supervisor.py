"""The process that starts the workers, starts them again, and stops them."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import FrameType
from typing import Final

from sundog.cluster.connection_forwarder import Inbox, make_inbox
from sundog.cluster.restarts import Restarts
from sundog.cluster.shared_state import SharedMemoryState
from sundog.cluster.usage import WorkersTotals
from sundog.cluster.worker import Failed, Job, Ready, work
from sundog.config import Settings
from sundog.errors import ConfigError, StartupError, SundogError
from sundog.server.listen import bind, url_of
from sundog.server.shutdown import INTERRUPTED

logger = logging.getLogger(__name__)

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class _Place:
    """One worker's place: the process that fills it, or when the next one is due."""

    def __init__(self, slot: int, inbox: Inbox) -> None:
        self.slot = slot
        self.inbox = inbox
        self.restarts = Restarts()
        self.process: multiprocessing.process.BaseProcess | None = None
        self.report: Connection | None = None
        self.error: SundogError | None = None
        self.ready_since: float | None = None
        self.due: float | None = None
        self.started = 0

    @property
    def name(self) -> str:
        return f"worker {self.slot + 1}"


class Supervisor:
    """Serves one app from several processes that share their listening sockets.

    `on_ready` is called once, when all workers serve. `places` is where the app, or each of
    several, is thought to be. `totals` says how much the workers were used, if that is counted.
    Raises `ConfigError` and `StartupError` for what can't be served so.
    """

    def __init__(
        self,
        settings: Settings,
        app: str,
        arguments: Sequence[str],
        *,
        places: tuple[Path, ...] = (),
        on_ready: Callable[[Supervisor], None] | None = None,
        counts_usage: bool = False,
    ) -> None:
        if sys.platform == "win32" or not hasattr(socket, "send_fds"):
            raise ConfigError(
                f"{settings.source('workers')}: this system can't hand connections from process to"
                " process; run one worker, or several servers behind a proxy"
            )
        self.settings = settings
        self._app = app
        self._arguments = arguments
        self._app_places = places
        self._on_ready = on_ready
        self._counts_usage = counts_usage
        self._sockets = bind(settings.host, settings.port, host_source=str(settings.source("host")))
        self.port: int = self._sockets[0].getsockname()[1]
        self._context = multiprocessing.get_context("spawn")
        self._shared_state = SharedMemoryState(self._context, settings.workers)
        self.totals = WorkersTotals(self._shared_state)
        self._places = [_Place(slot, make_inbox()) for slot in range(settings.workers)]
        self._wake, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        self._interrupts = 0
        self._stopping = False
        self._was_ready = False

    @property
    def url(self) -> str:
        """The address of the page, as a browser on this machine reaches it."""
        return url_of(self.settings, self.port)

    def run(self) -> None:
        """Serve until a signal comes. Raises what keeps the workers from serving."""
        if self.settings.store_url is None:
            logger.warning(
                "sundog.session is kept in each worker's memory, and ends with that worker; to keep"
                " it, set SUNDOG_STORE_URL=sqlite:///sessions.db, or redis://… for several machines"
            )
        with self._signals():
            try:
                for place in self._places:
                    self._start(place)
                while not self._stopping:
                    self._tick()
            finally:
                self._stop()

    # Life --------------------------------------------------------------------------------------

    def _start(self, place: _Place) -> None:
        place.due = place.error = place.ready_since = None
        report, theirs = self._context.Pipe(duplex=False)
        job = Job(
            slot=place.slot,
            settings=self.settings,
            app=self._app,
            places=self._app_places,
            arguments=self._arguments,
            sockets=self._sockets,
            inbox=place.inbox.receiver,
            outboxes=[each.inbox.sender for each in self._places],
            shared_state=self._shared_state,
            report=theirs,
            again=self._was_ready,
            counts_usage=self._counts_usage,
        )
        place.process = self._context.Process(target=work, args=(job,), name=place.name)
        place.report = report
        # multiprocessing starts a helper with its first process, and lets signals through then.
        resource_tracker.ensure_running()
        # Python needs a moment until it can handle a Ctrl-C, which all get from the terminal.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            place.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            theirs.close()
        place.started += 1
        logger.debug("%s is process %d", place.name, place.process.pid)

    def _tick(self) -> None:
        """Wait for what happens next, and see to it."""
        reports = {each.report: each for each in self._places if each.report is not None}
        ends = {each.process.sentinel: each for each in self._places if each.process is not None}
        dues = [each.due for each in self._places if each.due is not None]
        timeout = max(0.0, min(dues) - time.monotonic()) if dues else None
        happened = wait([*reports, *ends, self._wake], timeout)
        if self._wake in happened:
            self._wake.recv(64)
        for report, place in reports.items():
            if report in happened:
                self._hear(place)
        for sentinel, place in ends.items():
            if sentinel in happened and not self._stopping:
                self._ended(place)
        now = time.monotonic()
        for place in self._places:
            if place.due is not None and place.due <= now and not self._stopping:
                self._start(place)

    def _hear(self, place: _Place) -> None:
        assert place.report is not None
        try:
            said = place.report.recv()
        except (EOFError, OSError):
            place.report.close()
            place.report = None
            return
        if isinstance(said, Ready):
            place.ready_since = time.monotonic()
            if place.started > 1:
                logger.info("%s serves again", place.name)
            if not self._was_ready and all(each.ready_since for each in self._places):
                self._was_ready = True
                if self._on_ready is not None:
                    self._on_ready(self)
        elif isinstance(said, Failed):
            place.error = said.error
            if not self._was_ready:
                raise said.error

    def _ended(self, place: _Place) -> None:
        process = place.process
        assert process is not None
        # What it has said last may still be unread.
        while place.report is not None:
            self._hear(place)
        process.join()
        self.totals.keep(place.slot)
        self._shared_state.clear(place.slot)
        place.inbox.drain()
        place.process = None
        now = time.monotonic()
        delay = place.restarts.delay_after(now, place.ready_since)
        place.ready_since = None
        reason = _reason(process.exitcode, place.error)
        if place.restarts.hopeless and not self._any_serves():
            raise StartupError(
                f"{place.name} has ended {place.restarts.failed_starts} times before it could"
                f" serve, the last time {reason}"
            )
        logger.error("%s has ended %s; it starts again in %g s", place.name, reason, delay)
        place.due = now + delay

    def _any_serves(self) -> bool:
        return self._was_ready and any(each.ready_since is not None for each in self._places)

    # The end -----------------------------------------------------------------------------------

    def _stop(self) -> None:
        """End all workers, in bounded time."""
        self._stopping = True
        for sock in self._sockets:
            sock.close()
        alive = [each.process for each in self._places if each.process is not None]
        for process in alive:
            process.terminate()
        end = time.monotonic() + self.settings.shutdown_timeout
        for process in alive:
            process.join(max(0.0, end - time.monotonic()))
            if process.exitcode is None:
                logger.warning("process %d does not end, and is killed", process.pid)
                process.kill()
                process.join()

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._handle) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        """Stop at the first SIGINT or SIGTERM; at a second SIGINT, at once."""
        if number == signal.SIGINT:
            self._interrupts += 1
            if self._interrupts > 1:
                for place in self._places:
                    if place.process is not None and place.process.pid is not None:
                        with contextlib.suppress(ProcessLookupError):
                            os.kill(place.process.pid, signal.SIGKILL)
                os._exit(INTERRUPTED)
        self._stopping = True
        with contextlib.suppress(BlockingIOError):
            self._waker.send(b"\0")


def _reason(exitcode: int | None, error: SundogError | None) -> str:
    if error is not None:
        return f"with an error: {error}"
    if exitcode is not None and exitcode < 0:
        try:
            return f"by {signal.Signals(-exitcode).name}"
        except ValueError:
            return f"by signal {-exitcode}"
    return f"with status {exitcode}"
