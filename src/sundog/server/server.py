"""The server: binds, starts the app, serves it, and ends in bounded time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sundog.app import Program
from sundog.config import EnvFile, Settings
from sundog.errors import ConfigError, StartupError
from sundog.server.listen import bind, url_of
from sundog.server.membership import Membership
from sundog.server.program import StartProgram
from sundog.web.socket.usage import Ledger, Usage

if TYPE_CHECKING:
    from sundog.app.host import Host
    from sundog.server.run import Run

READY_TIMEOUT: Final = 60.0


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
                f"{settings.source('workers')}: only the command can start several workers:"
                " sundog run app.py --workers N"
            )
        self.settings = settings
        self._start_program = start_program
        # Where the app, or each of several, is thought to be, until they have been found.
        self._app_places = places
        self._env_files = env_files
        self._on_ready = on_ready
        self._host = host
        self._usage = None if ledger is None else Usage(ledger)
        self._membership = membership or Membership(
            bind(settings.host, settings.port, host_source=str(settings.source("host")))
        )
        self.port: int = self._membership.sockets[0].getsockname()[1]
        self._failure: BaseException | None = None
        self._run: Run | None = None
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
        if self._run is None or self._run.program is None:
            raise StartupError("the app has not run yet")
        return self._run.program

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
        if self._run is not None:
            self._run.request_stop()

    def close(self) -> None:
        """Close the sockets of a server that never ran."""
        for sock in self._membership.sockets:
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
        except BaseException as error:  # noqa: BLE001 - raised again by start()
            self._failure = error
            self._settled.set()

    # On the event loop -------------------------------------------------------------------------

    async def _serve(self) -> None:
        # What serves HTTP is imported when something is to be served.
        from sundog.server.composition import Composition
        from sundog.server.run import Run

        composition = Composition(self.settings, self._membership, self._usage, self._host)
        self._run = Run(
            composition,
            self._membership,
            self._start_program,
            url=self.url,
            places=self._app_places,
            env_files=self._env_files,
            on_started=self._started,
            on_failed=self._failed,
        )
        if self._stop_requested:
            self._run.request_stop()
        await self._run.serve()

    def _started(self) -> None:
        if self._on_ready is not None and not self._stop_requested:
            self._on_ready(self)
        self._settled.set()

    def _failed(self, error: BaseException) -> None:
        self._failure = error
