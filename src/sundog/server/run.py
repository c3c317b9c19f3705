"""One run of a server on its event loop: the app's start, serving, and the end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sundog.app import Program
from sundog.config import EnvFile
from sundog.errors import AppNotFoundError
from sundog.server.composition import Composition
from sundog.server.membership import Membership
from sundog.server.program import StartProgram
from sundog.web.readiness import ServerState

logger = logging.getLogger(__name__)

# If an app takes longer to start, the log says that it is still starting.
STILL_STARTING_SECONDS: Final = 5.0


class Run:
    """Starts one app, serves it, and stops. Created and used on the server's event loop.

    `on_started` is called once the app has run: with None, or with the error that it raised.
    `on_failed` is called instead if the error ends the server.
    """

    def __init__(
        self,
        composition: Composition,
        membership: Membership,
        start_program: StartProgram,
        *,
        url: str,
        places: tuple[Path, ...],
        env_files: tuple[EnvFile, ...],
        on_started: Callable[[], None],
        on_failed: Callable[[BaseException], None],
    ) -> None:
        self._composition = composition
        self._membership = membership
        self._start_program = start_program
        self._url = url
        self._app_places = places
        self._on_started = on_started
        self._on_failed = on_failed
        self._loop = asyncio.get_running_loop()
        self._app_has_run = asyncio.Event()
        self._process = composition.process(self._drain)
        self._development = composition.develop(self._build, places, env_files)
        self.program: Program | None = None

    def request_stop(self) -> None:
        """Stop the server soon. Thread-safe."""
        self._process.should_exit = True

    async def serve(self) -> None:
        """Serve until a stop is requested, or the app can't be served."""
        self._membership.on_loop(self.request_stop)
        self._composition.prepare(self._app_places)
        self._loop.call_later(STILL_STARTING_SECONDS, self._remind)
        keeping = [asyncio.create_task(each) for each in self._composition.housekeeping()]
        threading.Thread(target=self._dry_run, name="sundog-start", daemon=True).start()
        source = self._membership.source
        try:
            if self._membership.late:
                await self._app_has_run.wait()
            if source is not None:
                source.open(self._process.adopt)
            await self._process.serve(list(self._membership.sockets))
        finally:
            if source is not None:
                source.close()
            for task in keeping:
                task.cancel()
            self._composition.close()

    # The app's start -----------------------------------------------------------------------------

    def _build(self) -> Program:
        program = self.program = self._start_program(self._composition.host)
        return program

    def _dry_run(self) -> None:
        """Run the app once, in its own thread."""
        error: BaseException | None = None
        try:
            self._build()
        except BaseException as raised:  # noqa: BLE001 - the app may raise anything
            error = raised
        # The loop is closed only if the server was stopped in the meantime.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._started, error)

    def _started(self, error: BaseException | None) -> None:
        self._app_has_run.set()
        if error is None:
            self._succeed()
        else:
            self._fail(error)

    def _succeed(self) -> None:
        if self._process.should_exit:
            return
        assert self.program is not None
        self._composition.ready(self.program)
        if self._development is not None:
            self._development.ready(self.program)
        self._on_started()

    def _fail(self, error: BaseException) -> None:
        self._composition.failed()
        if self._development is not None and not isinstance(error, AppNotFoundError):
            # The next save may fix it.
            self._development.failed(error)
            self._on_started()
            return
        self._process.should_exit = True
        self._on_failed(error)

    def _remind(self) -> None:
        if not self._app_has_run.is_set() and not self._process.should_exit:
            logger.info(
                "the app is still starting; the pages at %s show it once it has run", self._url
            )

    # The end -------------------------------------------------------------------------------------

    async def _drain(self) -> None:
        readiness = self._composition.readiness
        if readiness.state is not ServerState.FAILED:
            readiness.state = ServerState.DRAINING
        began = time.monotonic()
        await self._composition.drain()
        logger.debug("kernels ended within %.2f s", time.monotonic() - began)
