"""A worker as the supervisor sees it: its process, reports and state."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext
from typing import Final

from sundog.cluster.connection_forwarder import Inbox
from sundog.cluster.crash_report import STACKS_SIGNAL, CrashReport, name_kernels
from sundog.cluster.heartbeat import HealthCheck
from sundog.cluster.restarts import Restarts
from sundog.cluster.running_kernels import RunningKernels
from sundog.cluster.worker import Failed, Job, Ready, work
from sundog.errors import SundogError

logger = logging.getLogger(__name__)

# How long a hung process may take to write its stacks, and how often to check.
STACKS_SECONDS: Final = 1.0
_POLL_SECONDS: Final = 0.05


class WorkerProcess:
    """The current process of worker number `number`, or the time at which the next one starts."""

    def __init__(
        self, number: int, name: str, inbox: Inbox, context: SpawnContext, hang_timeout: float
    ) -> None:
        self.number = number
        self.name = name
        self.inbox = inbox
        self.crash_report = CrashReport()
        self.running = RunningKernels(context)
        self.restarts = Restarts()
        self.process: multiprocessing.process.BaseProcess | None = None
        self.reports: Connection | None = None
        self.error: SundogError | None = None
        self.ready_since: float | None = None
        # When the next one starts, if there is none.
        self.due: float | None = None
        self.starts = 0
        self.hung = False
        self._context = context
        self._hang_timeout = hang_timeout
        self.health = HealthCheck(hang_timeout)

    def start(self, job: Job, reports: Connection, theirs: Connection) -> None:
        """Start a process for a job, which reports through the other end of a pipe."""
        self.due = self.error = self.ready_since = None
        self.hung = False
        self.health = HealthCheck(self._hang_timeout)
        self.crash_report.clear()
        self.running.clear()
        self.process = self._context.Process(target=work, args=(job,), name=self.name)
        self.reports = reports
        # multiprocessing starts a helper with its first process, and unblocks signals then.
        resource_tracker.ensure_running()
        # Python needs a moment before it can handle a Ctrl-C, which the terminal sends to all.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            theirs.close()
        self.starts += 1
        logger.debug("%s is process %d", self.name, self.process.pid)

    def read_reports(self) -> Iterator[Ready | Failed]:
        """Return the worker's reports since the last call."""
        while self.reports is not None:
            try:
                if not self.reports.poll():
                    return
                yield self.reports.recv()
            except (EOFError, OSError):
                self.reports.close()
                self.reports = None

    def end_hung(self) -> None:
        """End a process that does not respond, after it has written its stacks if it can."""
        assert self.process is not None
        self.hung = True
        if STACKS_SIGNAL is not None:
            self._signal(STACKS_SIGNAL)
            self._wait_for_stacks()
        self.kill()

    def kill(self) -> None:
        """End the process at once."""
        self._signal(signal.SIGKILL)

    def reason_of_end(self) -> str:
        """Return the reason for the exit, as the end of "it exited …"."""
        if self.error is not None:
            return f"with an error: {self.error}"
        if self.hung:
            return f"because it had not responded for {self._hang_timeout:g} s"
        assert self.process is not None
        status = self.process.exitcode
        if status is None or status >= 0:
            return f"with status {status}"
        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = f"signal {-status}"
        if name == "SIGKILL":
            return "on SIGKILL, perhaps because the system was out of memory"
        return f"on {name}"

    def stacks(self) -> str:
        """Return the threads' stacks from a crash or hang, if they are known."""
        stacks = self.crash_report.read()
        return name_kernels(stacks, self.running.read()) if stacks else ""

    def _signal(self, number: int) -> None:
        if self.process is not None and self.process.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, number)

    def _wait_for_stacks(self) -> None:
        end = time.monotonic() + STACKS_SECONDS
        seen = ""
        while time.monotonic() < end:
            time.sleep(_POLL_SECONDS)
            now = self.crash_report.read()
            if now and now == seen:
                return
            seen = now
