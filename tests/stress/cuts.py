"""Many pages at once go through a network that is cut, slow or swallows everything."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import httpx

from tests.patience import PATIENCE
from tests.servers import page_of
from tests.stress.clients import Client
from tests.stress.network import Network

# Every client has one address here, and there are more than come from one elsewhere.
ENVIRON = {"SUNDOG_HANDSHAKE_RATE": "none"}
CLICK_SECONDS = 0.6
# Some clicks are made before the cut.
LEAD_SECONDS = 1.0
BACK_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Cut:
    """What a cut did to a crowd; times in seconds."""

    seconds: float
    clients: int
    # From the attempt to connect that succeeded to the last of what was missed, per page.
    resume: list[float]
    # From the network's return, so with the wait before the next attempt.
    back: list[float]
    modes: set[str]
    missed: int
    clicks: int
    faults: list[str]


class Crowd:
    """Clients that click now and then."""

    def __init__(self, clients: list[Client]) -> None:
        self.clients = clients
        self._tasks = [asyncio.create_task(client.run()) for client in clients]
        self._clickers: list[asyncio.Task[None]] = []

    async def until(self, holds: Callable[[Client], bool], seconds: float = BACK_SECONDS) -> None:
        """Return when something holds for every client."""
        async with asyncio.timeout(seconds):
            while not all(holds(client) for client in self.clients):
                await asyncio.sleep(0.02)

    def start_clicking(self) -> None:
        self._clickers = [asyncio.create_task(_click_on(client)) for client in self.clients]

    async def stop_clicking(self) -> None:
        """Click no more, and return when every click has been shown."""
        await _end(self._clickers)
        self._clickers = []
        with contextlib.suppress(TimeoutError):
            await self.until(lambda client: client.shown_clicks == client.sent_clicks, 20)

    async def close(self) -> None:
        await _end(self._clickers)
        await _end(self._tasks)

    @property
    def faults(self) -> list[str]:
        """All that was found wrong, lost clicks included."""
        found = [fault for client in self.clients for fault in client.faults]
        for client in self.clients:
            if client.shown_clicks != client.sent_clicks:
                found.append(f"{client.sent_clicks} clicks, {client.shown_clicks} arrived")
        return found


@contextlib.asynccontextmanager
async def crowd(port: int, count: int) -> AsyncIterator[tuple[Network, Crowd]]:
    """Hold clients that are connected through a network of their own."""
    async with Network(port) as network:
        clients = await asyncio.to_thread(make_clients, port, network.port, count)
        made = Crowd(clients)
        try:
            await made.until(lambda client: client.ready.is_set())
            yield network, made
        finally:
            await made.close()


async def go_through(network: Network, made: Crowd, seconds: float) -> Cut:
    """Cut the network for some seconds, while the app counts and everybody clicks."""
    for client in made.clients:
        client.returns.clear()
    clicked = sum(client.sent_clicks for client in made.clients)
    counted = {id(client): client.counted for client in made.clients}
    made.start_clicking()
    await asyncio.sleep(LEAD_SECONDS)
    network.cut()
    await asyncio.sleep(seconds)
    network.mend()
    mended = time.monotonic()
    await made.until(lambda client: bool(client.returns) and client.returns[-1].at > 0)
    await made.stop_clicking()
    faults = made.faults
    for client in made.clients:
        # What ran meanwhile went on: five a second, on a machine that may be slow.
        if client.counted - counted[id(client)] < 2 * seconds:
            faults.append(f"the count went on by {client.counted - counted[id(client)]} only")
    returns = [client.returns[-1] for client in made.clients]
    return Cut(
        seconds,
        len(made.clients),
        sorted(each.resume for each in returns),
        sorted(each.at - mended for each in returns),
        {each.mode for each in returns},
        sum(each.missed for each in returns),
        sum(client.sent_clicks for client in made.clients) - clicked,
        faults,
    )


def percentile(values: list[float], share: float) -> float:
    """Return the value below which a share of sorted values lies."""
    return values[min(len(values) - 1, int(share * len(values)))]


def make_clients(server_port: int, port: int, count: int) -> list[Client]:
    """Return clients of a server, each with a page and a session, that connect to a port."""
    made = []
    for _ in range(count):
        with httpx.Client(base_url=f"http://127.0.0.1:{server_port}", timeout=PATIENCE) as http:
            page = page_of(http.get("/"))
            cookie = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
            made.append(Client(port, page, cookie, f"http://127.0.0.1:{port}"))
    return made


async def _click_on(client: Client) -> None:
    while True:
        await asyncio.sleep(CLICK_SECONDS * (0.5 + random.random()))
        await client.click()


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*tasks, return_exceptions=True)
