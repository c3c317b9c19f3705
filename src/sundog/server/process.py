"""uvicorn as Sundog runs it, with its own handling of signals and shutdown."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from types import FrameType
from typing import Any, Final

import uvicorn

from sundog.config import Settings
from sundog.server.shutdown import INTERRUPTED, divide
from sundog.web.application import Application
from sundog.web.socket import Budget, WebSocketProtocol

# A client is lost after two of these without a sign of life, or three if it was receiving data.
PING_SECONDS: Final = 10.0

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Process(uvicorn.Server):
    """A uvicorn server that ends its kernels before its sockets."""

    def __init__(self, config: uvicorn.Config, drain: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._drain = drain
        self._interrupts = 0
        self._adoptions: set[asyncio.Task[None]] = set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain, then close the remaining connections."""
        await self._drain()
        await super().shutdown(sockets)

    def adopt(self, connection: socket.socket, received: bytes) -> None:
        """Serve a connection that another worker has accepted and read some bytes from."""
        if self.should_exit:
            connection.close()
            return
        task = asyncio.create_task(self._adopt(connection, received))
        self._adoptions.add(task)
        task.add_done_callback(self._adoptions.discard)

    async def _adopt(self, connection: socket.socket, received: bytes) -> None:
        make: Callable[..., asyncio.Protocol] = self.config.http_protocol_class
        arguments: dict[str, Any] = {
            "config": self.config,
            "server_state": self.server_state,
            "app_state": self.lifespan.state,
            "received": received,
        }
        loop = asyncio.get_running_loop()
        try:
            await loop.connect_accepted_socket(lambda: make(**arguments), connection)
        except OSError:
            # The client has disconnected in the meantime.
            connection.close()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at the first SIGINT or SIGTERM; at a second SIGINT, at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note a signal."""
        if sig == signal.SIGINT:
            self._interrupts += 1
            if self._interrupts > 1:
                # The app's code may hold any lock, and there is nothing left to wait for.
                os._exit(INTERRUPTED)
        self.should_exit = True


def make_config(
    application: Application,
    settings: Settings,
    *,
    budget: Budget | None = None,
    http_protocol: Callable[..., Any] | None = None,
) -> uvicorn.Config:
    """Return uvicorn's configuration.

    `budget` is for what all WebSockets hold of unfinished messages; `http_protocol` makes what
    serves an accepted connection.
    """
    # uvicorn accepts any factory of protocols.
    ws: Any = functools.partial(WebSocketProtocol, budget=budget)
    http: Any = http_protocol or "httptools"
    return uvicorn.Config(
        application,
        interface="asgi3",
        http=http,
        ws=ws,
        ws_max_size=settings.max_message_size,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=settings.access_log,
        # Sundog reads forwarding headers itself, for sockets and pages.
        proxy_headers=False,
        server_header=False,
        # uvicorn passes it on unchanged, including fractions.
        timeout_graceful_shutdown=divide(settings.shutdown_timeout)[1],  # type: ignore[arg-type]
        workers=1,
    )


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """Return a factory for the fastest event loop of this platform."""
    if sys.platform == "win32":
        return asyncio.new_event_loop
    import uvloop

    return uvloop.new_event_loop
