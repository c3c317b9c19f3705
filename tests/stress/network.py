"""A network between clients and a server that can be cut, slowed down and made to swallow all."""

from __future__ import annotations

import asyncio
import contextlib
import time
from types import TracebackType

_CHUNK = 1 << 16
# How often something passes on a slow line.
_SLOW_SECONDS = 0.05


class Network:
    """A TCP proxy on the running event loop. Use as an async context manager.

    `cut` breaks all connections and refuses new ones; `swallow` keeps them and takes new ones,
    but passes nothing on, as a network does from which somebody has walked away; `mend` ends both.
    """

    def __init__(self, port: int) -> None:
        self._server_port = port
        self._links: set[_Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._up = True
        self._passing = asyncio.Event()
        self._passing.set()
        self._listener: asyncio.Server | None = None
        self.delay = 0.0
        # How many bytes a second each connection may send to the server; None for no bound.
        self.upload_rate: float | None = None
        self.port = 0
        # When each end of a connection gave up while everything was swallowed.
        self.server_gave_up: list[float] = []
        self.client_gave_up: list[float] = []

    async def __aenter__(self) -> Network:
        # All clients come back at once.
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1000)
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._listener is not None
        self._listener.close()
        self.cut()
        self._passing.set()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Break all connections and take no more."""
        self._up = False
        for link in list(self._links):
            link.abort()

    def swallow(self) -> None:
        """Pass nothing on, and say so to nobody."""
        self._passing.clear()

    def mend(self) -> None:
        """Work again. What was swallowed is lost, and the connections that it was on with it."""
        if not self._passing.is_set():
            for link in list(self._links):
                link.abort()
        self._up = True
        self._passing.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        link = _Link()
        link.writers.append(writer)
        self._links.add(link)
        try:
            if not self._up:
                return
            await self._passing.wait()
            back, forth = await asyncio.open_connection("127.0.0.1", self._server_port)
            link.writers.append(forth)
            if not self._up:
                return
            ends = [
                asyncio.create_task(
                    self._pass(reader, forth, self.client_gave_up, rate=self.upload_rate)
                ),
                asyncio.create_task(self._pass(back, writer, self.server_gave_up)),
            ]
            try:
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
                if not self._passing.is_set():
                    # Neither end hears that the other one has given up.
                    await asyncio.wait(ends)
            finally:
                for end in ends:
                    end.cancel()
        except (OSError, asyncio.CancelledError):
            # Cancelled at the end only; the streams would log it as an error.
            pass
        finally:
            link.abort()
            self._links.discard(link)
            self._tasks.discard(task)

    async def _pass(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        gave_up: list[float],
        *,
        rate: float | None = None,
    ) -> None:
        chunk = _CHUNK if rate is None else max(1, int(rate * _SLOW_SECONDS))
        with contextlib.suppress(OSError):
            while data := await reader.read(chunk):
                if rate is not None:
                    await asyncio.sleep(len(data) / rate)
                if not self._passing.is_set():
                    continue
                if self.delay:
                    await asyncio.sleep(self.delay)
                writer.write(data)
                await writer.drain()
        if not self._passing.is_set():
            gave_up.append(time.monotonic())


class _Link:
    """Both ends of one connection."""

    def __init__(self) -> None:
        self.writers: list[asyncio.StreamWriter] = []

    def abort(self) -> None:
        for writer in self.writers:
            writer.transport.abort()
