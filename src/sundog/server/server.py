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
from sundog.hooks.process.fork import server_descriptors
from sundog.server.listen import bind, url_of
from sundog.server.membership import Membership
from sundog.server.program import StartProgram
from sundog.web.usage import Ledger, Usage

if TYPE_CHECKING:
    from sundog.app.host import Host
    from sundog.server.run import Run

READY_TIMEOUT: Final = 60.0


class Server:
    """Serves one app.

    `run` serves in the calling thread until a signal or `request_stop`. `start` and `stop` serve in
    a separate thread, for tests and for programs that embed a server. Only one server can run per
    process at a time, because the hooks for virtual kernels are process-wide.

    Example::

        from sundog.config import load_settings
        from sundog.server import Server, starter

        start = starter("app.py", [], development=False)
        server = Server(load_settings({"port": 0}), start)
        server.start()
        print(server.url)
        server.stop()

    Args:
        settings: The server's settings.
        start_program: Loads the app and runs it once; may take its time.
        places: The presumed paths of the app, or of several apps.
        env_files: The ``.env`` files that the settings were read from.
        on_ready: Called with the server when it serves the app.
        membership: The server's place among several workers.
        ledger: Counts usage.
        host: A host whose hooks are installed already; it is closed at the end.

    Raises:
        ConfigError: The settings ask for several workers, which only the command can start.
        StartupError: The host or port can't be used.
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
        # The presumed paths of the app, or of several apps, until they have been found.
        self._app_places = places
        self._env_files = env_files
        self._on_ready = on_ready
        self._host = host
        self._usage = None if ledger is None else Usage(ledger)
        self._membership = membership or Membership(
            bind(settings.host, settings.port, host_source=str(settings.source("host")))
        )
        self.port: int = self._membership.sockets[0].getsockname()[1]
        server_descriptors.note_port(self.port)
        self._failure: BaseException | None = None
        self._run: Run | None = None
        self._thread: threading.Thread | None = None
        self._settled = threading.Event()
        self._stop_requested = False

    @property
    def url(self) -> str:
        """The page's address for a browser on this machine."""
        return url_of(self.settings, self.port)

    @property
    def program(self) -> Program:
        """The app. Raises `StartupError` until it has run."""
        if self._run is None or self._run.program is None:
            raise StartupError("the app has not run yet")
        return self._run.program

    # In this thread ----------------------------------------------------------------------------

    def run(self) -> None:
        """Serve until a signal or `request_stop`. Raises the error of the app's dry run, if any."""
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
        """Stop the server soon. Thread-safe."""
        self._stop_requested = True
        if self._run is not None:
            self._run.request_stop()

    def close(self) -> None:
        """Close the sockets of a server that never ran."""
        for sock in self._membership.sockets:
            sock.close()
        server_descriptors.forget_port(self.port)

    # In a thread of its own --------------------------------------------------------------------

    def start(self, timeout: float = READY_TIMEOUT) -> Server:
        """Serve in a new thread, and return when the app is ready.

        Raises:
            StartupError: The app was not ready in time.
            AppError: The app can't run.
        """
        self._thread = threading.Thread(target=self._run_quietly, name="sundog-server", daemon=True)
        self._thread.start()
        if not self._settled.wait(timeout):
            self.request_stop()
            raise StartupError(f"the app was not ready within {timeout:g} s")
        if self._failure is not None:
            raise self._failure
        return self

    def stop(self) -> None:
        """Stop the server started by `start`, and wait until it has stopped."""
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
        # The HTTP server is imported only to serve.
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
