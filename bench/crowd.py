"""Client processes with pages, so that a measurement never waits for one busy client.

A `Crowd` sends each process one command at a time and collects the results. The timed part of a
command starts when every process has prepared.
"""

import asyncio
import contextlib
import http.client
import multiprocessing
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from bench.page import HOST, TIMEOUT, Page, Ticket

OPENING_AT_ONCE = 16  # pages of one process that open at the same time


@dataclass(slots=True)
class Result:
    """The result of a command in one process, or the sum over all; times in seconds."""

    count: int = 0
    elapsed: float = 0.0
    latencies: list[float] = field(default_factory=list)
    frames: list[int] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)


class _Client:
    """Runs inside a client process."""

    def __init__(self, page_class: type[Page], port: int) -> None:
        self.page_class = page_class
        self.port = port
        self.http = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT)
        self.tickets: list[Ticket] = []
        self.pages: list[Page] = []
        self.value = 0

    async def prepare(self, count: int) -> Result:
        """Get the ids for `count` pages."""
        started = time.perf_counter()
        for _ in range(count):
            self.tickets.append(self.page_class.ticket_for(self.http))
        return Result(count, time.perf_counter() - started)

    async def open(self, at_once: int = OPENING_AT_ONCE) -> Result:
        """Open a page for each prepared ticket; the latency ends with the last widget."""
        result = Result(len(self.tickets))
        slots = asyncio.Semaphore(at_once)
        loop = asyncio.get_running_loop()

        async def one(ticket: Ticket) -> None:
            async with slots:
                started = loop.time()
                page = await self.page_class.open(self.port, ticket)
                result.latencies.append(await page.ready() - started)
                result.frames.append(page.frames)
                result.bytes.append(page.bytes)
                self.pages.append(page)

        started = loop.time()
        await asyncio.gather(*map(one, self.tickets))
        result.elapsed = loop.time() - started
        self.tickets.clear()
        return result

    async def change(self, seconds: float) -> Result:
        """Move every page's slider for this long, one event per page at a time."""
        result = Result()
        loop = asyncio.get_running_loop()
        started = loop.time()

        async def one(page: Page) -> None:
            value = self.value
            while (sent := loop.time()) < started + seconds:
                value += 1
                result.latencies.append(await page.change(value) - sent)
            result.count += value - self.value

        await asyncio.gather(*map(one, self.pages))
        self.value += 1_000_000
        result.elapsed = loop.time() - started
        return result

    async def push(self, times: int, size: int) -> Result:
        """Click `times` on the first page; the latency ends with the whole frame."""
        result = Result(times)
        for _ in range(times):
            started = time.perf_counter()
            await self.pages[0].click()
            await self.pages[0].receive_large(size)
            result.latencies.append(time.perf_counter() - started)
        return result

    async def leave(self) -> Result:
        """Close every page as a browser does."""
        started = time.perf_counter()
        for page in self.pages:
            await page.leave(self.http)
        result = Result(len(self.pages), time.perf_counter() - started)
        self.pages.clear()
        return result


def _serve(pipe: Connection, page_class: type[Page], port: int) -> None:
    async def main() -> None:
        client = _Client(page_class, port)
        loop = asyncio.get_running_loop()
        while True:
            # In a thread, so that the sockets' frames are read while no command runs.
            command = await loop.run_in_executor(None, pipe.recv)
            if command is None:
                return
            # The server closes connections that were idle for long, so each command opens its own.
            client.http.close()
            name, arguments = command
            method: Callable[..., Coroutine[Any, Any, Result]] = getattr(client, name)
            try:
                pipe.send(await method(*arguments))
            except Exception as error:  # noqa: BLE001 - reported by the parent
                pipe.send(error)

    with contextlib.suppress(KeyboardInterrupt, EOFError):
        asyncio.run(main())


class Crowd:
    """Some client processes, driven together."""

    def __init__(self, page_class: type[Page], port: int, processes: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipes: list[Connection] = []
        self.processes = []
        for _ in range(processes):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, page_class, port), daemon=True)
            process.start()
            theirs.close()
            self.pipes.append(ours)
            self.processes.append(process)

    def open(self, count: int, at_once: int = OPENING_AT_ONCE) -> Result:
        """Open `count` pages, spread over the processes. Only opening is timed."""
        shares = [len(range(i, count, len(self.pipes))) for i in range(len(self.pipes))]
        self._all("prepare", [(share,) for share in shares])
        return self._all("open", [(at_once,)] * len(self.pipes))

    def change(self, seconds: float) -> Result:
        """See `_Client.change`."""
        return self._all("change", [(seconds,)] * len(self.pipes))

    def push(self, times: int, size: int) -> Result:
        """See `_Client.push`."""
        return self._all("push", [(times, size)] * len(self.pipes))

    def leave(self) -> Result:
        """See `_Client.leave`."""
        return self._all("leave", [()] * len(self.pipes))

    def stop(self) -> None:
        """End the processes and drop their sockets."""
        for pipe in self.pipes:
            with contextlib.suppress(OSError):
                pipe.send(None)
        for process in self.processes:
            process.join(5)
            if process.is_alive():
                process.kill()

    def _all(self, command: str, arguments: list[tuple[object, ...]]) -> Result:
        for pipe, given in zip(self.pipes, arguments, strict=True):
            pipe.send((command, given))
        total = Result()
        for pipe in self.pipes:
            answer = pipe.recv()
            if isinstance(answer, Exception):
                raise answer
            total.count += answer.count
            total.elapsed = max(total.elapsed, answer.elapsed)
            total.latencies += answer.latencies
            total.frames += answer.frames
            total.bytes += answer.bytes
        return total


@contextlib.contextmanager
def crowd(page_class: type[Page], port: int, processes: int = 1) -> Iterator[Crowd]:
    """Run a `Crowd` during a `with` block."""
    made = Crowd(page_class, port, processes)
    try:
        yield made
    finally:
        made.stop()
