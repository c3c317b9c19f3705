"""No gap, no duplicate, no lost click, for many pages whose network goes away and comes back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.servers import AppServer
from tests.stress.clients import APP
from tests.stress.cuts import ENVIRON, crowd, go_through

CUTS = [
    pytest.param(20, 1.0, id="20-pages-1s"),
    pytest.param(200, 1.0, id="200-pages-1s", marks=pytest.mark.stress),
    pytest.param(200, 10.0, id="200-pages-10s", marks=pytest.mark.stress),
    pytest.param(200, 60.0, id="200-pages-60s", marks=pytest.mark.stress),
]
# The server finds out within 30 s; the rest is for a busy machine.
FOUND_SECONDS = 40.0

Serve = Callable[..., AppServer]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    made: list[AppServer] = []

    def start(**environ: str) -> AppServer:
        app = tmp_path / "app" / "app.py"
        app.parent.mkdir()
        app.write_text(APP)
        made.append(AppServer(app, environ={**ENVIRON, **environ}))
        return made[-1]

    yield start
    for server in made:
        server.stop()


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("pages", "seconds"), CUTS)
def test_nothing_is_missing_and_nothing_comes_twice(
    serve: Serve, pages: int, seconds: float
) -> None:
    server = serve()

    async def main() -> None:
        async with crowd(server.port, pages) as (network, made):
            cut = await go_through(network, made, seconds)
            assert cut.faults == []
            assert cut.modes == {"resume"}
            assert cut.missed >= 2 * seconds * pages
            assert cut.clicks >= pages

    asyncio.run(main())


@pytest.mark.stress
def test_a_slow_network_that_breaks_again_and_again(serve: Serve) -> None:
    server = serve()

    async def main() -> None:
        async with crowd(server.port, 10) as (network, made):
            network.delay = 0.05
            for _ in range(3):
                cut = await go_through(network, made, 0.2)
                assert cut.faults == []
                assert cut.modes == {"resume"}

    asyncio.run(main())


@pytest.mark.stress
def test_past_the_ring_the_full_state_comes(serve: Serve) -> None:
    server = serve(SUNDOG_REPLAY_MESSAGES="12")

    async def main() -> None:
        async with crowd(server.port, 10) as (network, made):
            cut = await go_through(network, made, 5.0)
            assert cut.faults == []
            assert cut.modes == {"sync"}

    asyncio.run(main())


@pytest.mark.stress
@pytest.mark.timeout(200)
def test_the_server_finds_sockets_that_lead_nowhere(serve: Serve) -> None:
    server, pages = serve(), 50

    async def main() -> None:
        async with crowd(server.port, pages) as (network, made):
            made.start_clicking()
            await asyncio.sleep(1)
            network.swallow()
            began = time.monotonic()
            while len(network.server_gave_up) < pages:
                await asyncio.sleep(0.1)
                assert time.monotonic() - began < FOUND_SECONDS + 10
            assert max(network.server_gave_up) - began < FOUND_SECONDS
            network.mend()
            await made.until(lambda client: client.open.is_set() and bool(client.returns))
            await made.stop_clicking()
            assert made.faults == []

    asyncio.run(main())
