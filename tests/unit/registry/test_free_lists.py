"""What is kept to make objects from again is replaced; told by where in memory objects are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
import uvloop

from sundog.registry.free_lists import renew_free_lists

# Fewer than any of the lists keeps, and more.
KEPT, MORE = 200, 300

Make = Callable[[asyncio.AbstractEventLoop], object]


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = uvloop.new_event_loop()
    yield loop
    loop.close()


def iterator(loop: asyncio.AbstractEventLoop) -> object:
    return iter(loop.create_future())


def timer(loop: asyncio.AbstractEventLoop) -> object:
    made = loop.call_later(3600, print)
    made.cancel()
    return made


def handle(loop: asyncio.AbstractEventLoop) -> object:
    return loop.call_soon(lambda: None)


def turn(loop: asyncio.AbstractEventLoop) -> None:
    for _ in range(4):
        loop.run_until_complete(asyncio.sleep(0))


@pytest.mark.parametrize("make", [iterator, timer, handle])
def test_what_was_kept_is_let_go(loop: asyncio.AbstractEventLoop, make: Make) -> None:
    # Whatever was kept before is in use meanwhile.
    in_use = [make(loop) for _ in range(MORE)]
    old = [make(loop) for _ in range(KEPT)]
    turn(loop)
    places = set(map(id, old))
    old.clear()
    reused = [make(loop) for _ in range(KEPT)]
    assert places == set(map(id, reused))
    turn(loop)
    reused.clear()
    renew_free_lists(loop)
    turn(loop)
    renewed = [make(loop) for _ in range(KEPT)]
    assert not places & set(map(id, renewed))
    assert len(in_use) == MORE
