"""The code that runs in a worker process."""

from __future__ import annotations

import asyncio
import functools
import multiprocessing
import os
import pickle
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType

from sundog.cluster.cluster import Cluster
from sundog.cluster.connection_forwarder import ConnectionForwarder
from sundog.cluster.crash_report import CrashReport
from sundog.cluster.heartbeat import Heartbeat
from sundog.cluster.running_kernels import DriveLog, RunningKernels
from sundog.cluster.shared_state import SharedMemoryState
from sundog.cluster.usage import WorkerLedger
from sundog.config import Settings
from sundog.errors import AppExecutionError, StartupError, SundogError
from sundog.hooks.process.fork import server_descriptors
from sundog.logs import configure_logging
from sundog.server.membership import Membership
from sundog.server.program import starter
from sundog.server.server import Server
from sundog.server.shutdown import divide, exit_within
from sundog.terminal import formatter_for, terminal_traceback


@dataclass(frozen=True, slots=True)
class Ready:
    """Reported by a worker when it serves."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Reported by a worker that can't serve, with the reason."""

    error: SundogError


@dataclass(frozen=True, slots=True)
class Job:
    """The task of a worker. `again` means that it replaces one that has exited."""

    number: int
    settings: Settings
    app: str
    places: tuple[Path, ...]
    arguments: Sequence[str]
    sockets: Sequence[socket.socket]
    inbox: socket.socket
    outboxes: Sequence[socket.socket]
    shared_state: SharedMemoryState
    running: RunningKernels
    crash_report: CrashReport
    report: Connection
    again: bool
    counts_usage: bool


def work(job: Job) -> None:
    """Serve until asked to stop, or until the supervisor is gone."""
    _leave_interrupts_to_the_supervisor()
    server_descriptors.note_inherited()
    job.crash_report.install()
    settings = job.settings
    single = job.shared_state.count == 1
    configure_logging(
        settings.log_level,
        access_log=settings.access_log,
        formatter=formatter_for(settings.development, None if single else job.number + 1),
    )
    # Imported here, because the supervisor, which imports this module, serves nothing.
    from sundog.cluster.handover import HandoverProtocol

    cluster = Cluster(job.number, job.shared_state)
    forwarder = ConnectionForwarder(cluster, job.inbox, job.outboxes)
    status = 0
    try:
        server = Server(
            settings,
            starter(job.app, job.arguments, development=settings.development),
            places=job.places,
            on_ready=lambda server: job.report.send(Ready()),
            membership=Membership(
                sockets=job.sockets,
                count=cluster.count,
                placement=cluster,
                kernels=cluster.kernels,
                connections=cluster.connections,
                set_serving=cluster.set_serving,
                http_protocol=functools.partial(HandoverProtocol, forwarder=forwarder),
                source=forwarder,
                on_loop=functools.partial(_begin, job),
                on_drive=DriveLog(job.running),
                # If no other worker serves, pages show that the app is starting.
                late=job.again and not single,
            ),
            ledger=WorkerLedger(job.shared_state, job.number) if job.counts_usage else None,
        )
        server.run()
    except BaseException as error:  # noqa: BLE001 - the supervisor reports it
        status = 1
        _report(job.report, error)
    finally:
        exit_within(divide(job.settings.shutdown_timeout)[2], status)
    sys.exit(status)


def _leave_interrupts_to_the_supervisor() -> None:
    """Ignore SIGINT, which a terminal also sends to the supervisor, which decides what to do."""

    def ignore(number: int, frame: FrameType | None) -> None:
        pass

    # Not SIG_IGN, which programs started by the app would inherit.
    signal.signal(signal.SIGINT, ignore)
    # The supervisor starts its workers with the signal blocked.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _begin(job: Job, request_stop: Callable[[], None]) -> None:
    """Start the tasks that run on the event loop while the worker serves."""
    Heartbeat(functools.partial(job.shared_state.set_beats, job.number))
    _end_with_the_supervisor(job.settings.shutdown_timeout, request_stop)


def _end_with_the_supervisor(seconds: float, request_stop: Callable[[], None]) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        loop = asyncio.get_running_loop()

        def orphaned() -> None:
            loop.remove_reader(parent.sentinel)
            request_stop()
            # Nothing else would end what does not end by itself.
            exit_within(seconds, 1)

        loop.add_reader(parent.sentinel, orphaned)


def _report(report: Connection, error: BaseException) -> None:
    known = error if isinstance(error, SundogError) else StartupError(_trace(error))
    if isinstance(known, AppExecutionError):
        # The error itself stays here, and the supervisor shows what is made of it now.
        known.traceback = terminal_traceback(known)
    try:
        report.send(Failed(known))
    except (pickle.PicklingError, TypeError, AttributeError):
        report.send(Failed(StartupError(_trace(error))))
    except OSError:
        # The supervisor is gone.
        os._exit(1)


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)).rstrip()
