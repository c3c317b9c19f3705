"""The server: binds, starts the app, serves it, and ends in bounded time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sundog.app.program import Program
from sundog.cluster.cluster import Cluster
from sundog.config import EnvFile, Settings
from sundog.errors import AppNotFoundError, ConfigError, StartupError
from sundog.server.listen import bind, url_of
from sundog.web.socket.usage import Ledger, Usage

if TYPE_CHECKING:
    from sundog.app.host import Host
    from sundog.cluster.connection_forwarder import ConnectionForwarder
    from sundog.server.composition import Composition
    from sundog.server.process import Process

logger = logging.getLogger(__name__)

READY_TIMEOUT: Final = 60.0
# An app that takes longer to start has it said that nothing else is amiss.
STILL_STARTING_SECONDS: Final = 5.0


StartProgram = Callable[["Host"], Program]


@dataclass(frozen=True, slots=True)
class Membership:
    """What makes a server one of several workers.

    `on_loop` is called on the event loop before anything else. A worker that is `late` accepts
    connections only when its app has run: others can serve them.
    """

    sockets: Sequence[socket.socket]
    cluster: Cluster
    forwarder: ConnectionForwarder
    on_loop: Callable[[Server], None]
    late: bool = False


class Server:
    """Serves one app. `start_program` loads the app and runs it once; it may take its time.

    `run` serves in the calling thread until it is told to stop; `start` and `stop` do the same in
    a thread of their own, for tests and for programs that embed a server. One per process at a
    time, because the hooks that make virtual kernels are process-wide. A `host` that is given has
    installed them already, and is closed at the end.
    """

    def __init__(
        self,
        settings: Settings,
        start_program: StartProgram,
        *,
        places: tuple[Path, ...] = (),
        env_files: tuple[EnvFile, ...] = (),
        on_ready: Callable[[Server], None] | None = None,
        membership: Membership | None = None,
        ledger: Ledger | None = None,
        host: Host | None = None,
    ) -> None:
        if membership is None and settings.workers > 1:
            raise ConfigError(
                f"{settings.source('workers')}: several workers are processes of their own, which"
                " the command starts: sundog run app.py --workers N"
            )
        self.settings = settings
        self._start_program = start_program
        # Where the app, or each of several, is thought to be, until they have been found.
        self._app_places = places
        self._env_files = env_files
        self._on_ready = on_ready
        self._host = host
        self._membership = membership
        self._usage = None if ledger is None else Usage(ledger)
        self._cluster = Cluster() if membership is None else membership.cluster
        self._sockets = (
            bind(settings.host, settings.port, host_source=str(settings.source("host")))
            if membership is None
            else list(membership.sockets)
        )
        self.port: int = self._sockets[0].getsockname()[1]
        self._program: Program | None = None
        self._failure: BaseException | None = None
        self._process: Process | None = None
        self._thread: threading.Thread | None = None
        self._settled = threading.Event()
        self._stop_requested = False

    @property
    def url(self) -> str:
        """The address of the page, as a browser on this machine reaches it."""
        return url_of(self.settings, self.port)

    @property
    def program(self) -> Program:
        """The app; raises `StartupError` while it has not run yet."""
        if self._program is None:
            raise StartupError("the app has not run yet")
        return self._program

    # In this thread ----------------------------------------------------------------------------

    def run(self) -> None:
        """Serve until a signal or `request_stop`. Raises what the app's first run raised."""
        from sundog.server.process import loop_factory

        try:
            with asyncio.Runner(loop_factory=loop_factory()) as runner:
                runner.run(self._serve())
        finally:
            self.close()
            self._settled.set()
        if self._failure is not None:
            raise self._failure

    def request_stop(self) -> None:
        """Have the server end soon. Thread-safe."""
        self._stop_requested = True
        if self._process is not None:
            self._process.should_exit = True

    def close(self) -> None:
        """Close the sockets of a server that never ran."""
        for sock in self._sockets:
            sock.close()

    # In a thread of its own --------------------------------------------------------------------

    def start(self, timeout: float = READY_TIMEOUT) -> Server:
        """Serve in a new thread; return when the app is ready. Raises what its first run raised."""
        self._thread = threading.Thread(target=self._run_quietly, name="sundog-server", daemon=True)
        self._thread.start()
        if not self._settled.wait(timeout):
            self.request_stop()
            raise StartupError(f"the app was not ready within {timeout:g} s")
        if self._failure is not None:
            raise self._failure
        return self

    def stop(self) -> None:
        """End the server that `start` started, and wait for that."""
        self.request_stop()
        if self._thread is not None:
            self._thread.join(self.settings.shutdown_timeout + 5)

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def _run_quietly(self) -> None:
        try:
            self.run()
        except BaseException as error:  # noqa: BLE001 - told to whoever called start()
            self._failure = error
            self._settled.set()

    # On the event loop -------------------------------------------------------------------------

    async def _serve(self) -> None:
        # What serves HTTP is imported when something is to be served.
        from sundog.server.composition import Composition

        membership = self._membership
        forwarder = None if membership is None else membership.forwarder
        composition = Composition(self.settings, self._cluster, self._usage, self._host)
        process = composition.process(lambda: self._drain(composition), forwarder)
        self._process = process
        process.should_exit = self._stop_requested
        loop = asyncio.get_running_loop()
        warm = asyncio.Event()
        if membership is not None:
            membership.on_loop(self)

        def build() -> Program:
            program = self._program = self._start_program(composition.host)
            return program

        composition.prepare(self._app_places)
        development = composition.develop(build, self._app_places, self._env_files)

        def started(error: BaseException | None) -> None:
            warm.set()
            mendable = development is not None and not isinstance(error, AppNotFoundError)
            if error is None and not process.should_exit:
                composition.ready(self.program)
                if development is not None:
                    development.ready(self.program)
            elif error is not None and development is not None and mendable:
                composition.failed()
                development.failed(error)
            if error is None or mendable:
                if self._on_ready is not None and not process.should_exit:
                    self._on_ready(self)
                self._settled.set()
            else:
                composition.failed()
                self._failure = error
                process.should_exit = True

        def dry_run() -> None:
            error: BaseException | None = None
            try:
                build()
            except BaseException as raised:  # noqa: BLE001 - the app may raise anything
                error = raised
            # The loop is closed only where the server was stopped meanwhile.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(started, error)

        def remind() -> None:
            if not warm.is_set() and not process.should_exit:
                words = "the app still runs for the first time; the pages at %s come when it ends"
                logger.info(words, self.url)

        loop.call_later(STILL_STARTING_SECONDS, remind)
        keeping = [asyncio.create_task(each) for each in composition.housekeeping()]
        threading.Thread(target=dry_run, name="sundog-start", daemon=True).start()
        try:
            if membership is not None:
                if membership.late:
                    await warm.wait()
                membership.forwarder.open(process.adopt)
            await process.serve(self._sockets)
        finally:
            if membership is not None:
                membership.forwarder.close()
            for task in keeping:
                task.cancel()
            composition.close()

    async def _drain(self, composition: Composition) -> None:
        from sundog.web.readiness import ServerState

        if composition.readiness.state is not ServerState.FAILED:
            composition.readiness.state = ServerState.DRAINING
        began = time.monotonic()
        await composition.drain()
        logger.debug("kernels ended within %.2f s", time.monotonic() - began)
