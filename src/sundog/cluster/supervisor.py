"""The process that starts, restarts and stops the workers."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import socket
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from multiprocessing.connection import wait
from pathlib import Path
from types import FrameType
from typing import Final

from sundog.cluster.connection_forwarder import make_inbox
from sundog.cluster.heartbeat import Health
from sundog.cluster.shared_state import SharedMemoryState
from sundog.cluster.usage import WorkersTotals
from sundog.cluster.worker import Failed, Job
from sundog.cluster.worker_process import WorkerProcess
from sundog.config import Settings
from sundog.config.parse import Secret
from sundog.errors import ConfigError, StartupError
from sundog.server.listen import bind, url_of
from sundog.server.shutdown import INTERRUPTED
from sundog.web.access.secret import session_secret

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 1.0
# The time left for killed workers at the end of a stop.
KILL_SECONDS: Final = 0.25

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


def can_supervise() -> bool:
    """Return whether this system can run workers under a supervisor."""
    return sys.platform != "win32" and hasattr(socket, "send_fds")


class Supervisor:
    """Serves one app from worker processes, and restarts a worker that crashes or hangs.

    It runs none of the app's code. `on_ready` is called once, when all workers serve. `places` are
    the paths of the app, or of several. `totals` counts the usage of all workers, if it is counted.
    Raises `ConfigError` and `StartupError` if the app can't be served like this.
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
        if not can_supervise():
            raise ConfigError(
                f"{settings.source('workers')}: this system can't pass connections between"
                " processes; use one worker, or several servers behind a proxy"
            )
        self.settings = settings
        self._settings_of_workers = settings
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
        single = settings.workers == 1
        self._workers = [
            WorkerProcess(
                number,
                "the worker" if single else f"worker {number + 1}",
                make_inbox(),
                self._context,
                settings.hang_timeout,
            )
            for number in range(settings.workers)
        ]
        self._wake, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        self._interrupts = 0
        self._stopping = False
        self._was_ready = False

    @property
    def url(self) -> str:
        """The page's address for a browser on this machine."""
        return url_of(self.settings, self.port)

    def run(self) -> None:
        """Serve until a signal arrives. Raises the error that keeps the workers from serving."""
        if self.settings.store_url is None and self.settings.workers > 1:
            logger.warning(
                "sundog.session is in each worker's memory and is lost when the worker exits. To"
                " keep it, set SUNDOG_STORE_URL=sqlite:///sessions.db, or redis://… for several"
                " machines"
            )
        # Created once: if it can't be stored, each worker would create its own.
        secret = Secret(session_secret(self.settings).decode())
        self._settings_of_workers = replace(self.settings, session_secret_key=secret)
        with self._signals():
            try:
                for worker in self._workers:
                    self._start(worker)
                while not self._stopping:
                    self._wait()
                    self._check_health()
            finally:
                self._stop()

    # Life --------------------------------------------------------------------------------------

    def _start(self, worker: WorkerProcess) -> None:
        reports, theirs = self._context.Pipe(duplex=False)
        job = Job(
            number=worker.number,
            settings=self._settings_of_workers,
            app=self._app,
            places=self._app_places,
            arguments=self._arguments,
            sockets=self._sockets,
            inbox=worker.inbox.receiver,
            outboxes=[each.inbox.sender for each in self._workers],
            shared_state=self._shared_state,
            running=worker.running,
            crash_report=worker.crash_report,
            report=theirs,
            again=self._was_ready,
            counts_usage=self._counts_usage,
        )
        worker.start(job, reports, theirs)

    def _wait(self) -> None:
        """Wait until something happens, at most a second, and react to it."""
        reports = {each.reports: each for each in self._workers if each.reports is not None}
        ends = {each.process.sentinel: each for each in self._workers if each.process is not None}
        dues = [each.due for each in self._workers if each.due is not None]
        timeout = max(0.0, min(dues) - time.monotonic()) if dues else LOOK_SECONDS
        happened = wait([*reports, *ends, self._wake], min(timeout, LOOK_SECONDS))
        if self._wake in happened:
            self._wake.recv(64)
        for report, worker in reports.items():
            if report in happened:
                self._read_reports(worker)
        for sentinel, worker in ends.items():
            if sentinel in happened and not self._stopping:
                self._ended(worker)
        now = time.monotonic()
        for worker in self._workers:
            if worker.due is not None and worker.due <= now and not self._stopping:
                self._start(worker)

    def _read_reports(self, worker: WorkerProcess) -> None:
        for report in worker.read_reports():
            if isinstance(report, Failed):
                worker.error = report.error
                if not self._was_ready:
                    raise report.error
                continue
            worker.ready_since = time.monotonic()
            if worker.starts > 1:
                logger.info("%s serves again", worker.name)
            if not self._was_ready and all(each.ready_since for each in self._workers):
                self._was_ready = True
                if self._on_ready is not None:
                    self._on_ready(self)

    def _check_health(self) -> None:
        """Find workers whose event loops hang, and keep new pages from them."""
        for worker in self._workers:
            if worker.process is None or worker.hung or self._stopping:
                continue
            count = self._shared_state.beats(worker.number)
            ready = worker.ready_since is not None
            health = worker.health.look(time.monotonic(), count, ready=ready)
            self._shared_state.set_suspect(worker.number, health is not Health.WELL)
            if health is Health.HUNG:
                logger.error("%s does not respond and is replaced", worker.name)
                worker.end_hung()

    def _ended(self, worker: WorkerProcess) -> None:
        assert worker.process is not None
        # Its last report may not have been read yet.
        self._read_reports(worker)
        worker.process.join()
        reason, stacks = worker.reason_of_end(), worker.stacks()
        self.totals.keep(worker.number)
        self._shared_state.clear(worker.number)
        worker.inbox.drain()
        worker.process = None
        now = time.monotonic()
        delay = worker.restarts.delay_after(now, worker.ready_since)
        worker.ready_since = None
        if worker.restarts.hopeless and not self._any_serves():
            raise StartupError(
                f"{worker.name} exited {worker.restarts.failed_starts} times before it could"
                f" serve, the last time {reason}"
            )
        again = f"in {delay:g} s" if delay else "now"
        details = f". Its threads:\n{textwrap.indent(stacks, '    ')}" if stacks else ""
        logger.error("%s exited %s; it restarts %s%s", worker.name, reason, again, details)
        worker.due = now + delay

    def _any_serves(self) -> bool:
        return self._was_ready and any(each.ready_since is not None for each in self._workers)

    # The end -----------------------------------------------------------------------------------

    def _stop(self) -> None:
        """Stop all workers in bounded time, including those that hang."""
        self._stopping = True
        for sock in self._sockets:
            sock.close()
        alive = [each for each in self._workers if each.process is not None]
        total = self.settings.shutdown_timeout
        end = time.monotonic() + total - min(KILL_SECONDS, total / 4)
        for worker in alive:
            assert worker.process is not None
            worker.process.terminate()
        for worker in alive:
            assert worker.process is not None
            worker.process.join(max(0.0, end - time.monotonic()))
            if worker.process.exitcode is None:
                logger.warning("%s does not stop and is killed", worker.name)
                worker.kill()
                worker.process.join()

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
                for worker in self._workers:
                    worker.kill()
                os._exit(INTERRUPTED)
        self._stopping = True
        with contextlib.suppress(BlockingIOError):
            self._waker.send(b"\0")
