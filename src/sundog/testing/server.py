"""Servers that tests run in threads."""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from typing import TYPE_CHECKING, Final

from sundog.config import Settings
from sundog.errors import StartupError
from sundog.server import Server

if TYPE_CHECKING:
    from sundog.app import Program
    from sundog.app.host import Host

logger = logging.getLogger(__name__)

START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 15.0
_ASK_SECONDS: Final = 0.05


class ServerBase:
    """A server that runs in its own thread. Subclasses implement `serve` and `signal_stop`.

    Args:
        port: The port to listen on.
        host: The host to listen on.

    Attributes:
        base_url: The server's address, without a slash at its end.
        started: Set when the server is ready.
        error: The error that ended `serve`, if any.
    """

    def __init__(self, port: int, host: str = "localhost", **_: object) -> None:
        self.port = port
        self.host = host
        self.base_url = f"http://{host}:{port}"
        self.started = threading.Event()
        self.error: BaseException | None = None
        self._thread: threading.Thread | None = None

    def serve(self) -> None:
        """Serve until `signal_stop` is called."""
        raise NotImplementedError

    def has_started(self) -> bool:
        """Return whether the server responds."""
        return self.started.is_set()

    def signal_stop(self) -> None:
        """Stop the server soon."""
        raise NotImplementedError

    def serve_threaded(self) -> None:
        """Start serving in a new thread."""
        self._thread = threading.Thread(target=self._serve, name=f"serves-{self.port}", daemon=True)
        self._thread.start()

    def wait_until_serving(self, timeout: float = START_SECONDS) -> None:
        """Wait until the server responds.

        Args:
            timeout: The maximum time to wait, in seconds.

        Raises:
            StartupError: The server did not respond in time.
            Exception: The error of the server, if it failed.
        """
        end = time.monotonic() + timeout
        while not (self.started.is_set() and self.has_started()):
            if self.error is not None:
                raise self.error
            if time.monotonic() > end:
                raise StartupError(f"{self.base_url} did not respond within {timeout:g} s")
            time.sleep(_ASK_SECONDS)

    def stop_serving(self) -> None:
        """Stop the server and wait until it has stopped."""
        self.signal_stop()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _serve(self) -> None:
        try:
            self.serve()
        except BaseException as error:
            logger.debug("%s failed", self.base_url, exc_info=True)
            self.error = error


class TestServer(ServerBase):
    """Sundog's server."""

    __test__ = False

    def __init__(
        self, port: int, host: str, settings: Settings, program: Program, app_host: Host
    ) -> None:
        super().__init__(port, host)
        self._server = Server(
            dataclasses.replace(settings, host=host, port=port),
            lambda _: program,
            on_ready=lambda _: self.started.set(),
            host=app_host,
        )
        self.base_url = self._server.url.rstrip("/")

    def serve(self) -> None:
        """Serve until `signal_stop` is called."""
        self._server.run()

    def signal_stop(self) -> None:
        """Stop the server soon."""
        self._server.request_stop()
