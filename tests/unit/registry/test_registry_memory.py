"""Kernels that nobody looks at make room for those that somebody wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from sundog.errors import KernelLimitError, UnknownKernelError
from sundog.ids import KernelId
from sundog.kernel.request import Request
from sundog.registry.capacity import Capacity, RegistryLimits
from sundog.scheduler.driver import Engine
from tests.patience import PATIENCE
from tests.unit.registry.test_registry import FakeConnection, World

pytestmark = pytest.mark.anyio


class Crowded(World):
    """A world whose memory a test sets."""

    def __init__(self, engine: Engine, **limits: Any) -> None:
        super().__init__(engine, **limits)
        self.used = 0
        self.registry.capacity = Capacity(RegistryLimits(memory=100, **limits), lambda: self.used)

    async def leave(self, kernel: str, connection: FakeConnection) -> None:
        """Have a kernel's only page disconnect, at a time of its own."""
        await self.until_active(kernel)
        self.clock.advance(1)
        self.drop(connection, kernel)


@asynccontextmanager
async def running(engine: Engine, **limits: Any) -> AsyncIterator[Crowded]:
    """Make a world for the body; its kernels end with it."""
    world = Crowded(engine, **limits)
    yield world
    world.used = 0
    await world.registry.shutdown(PATIENCE)


async def test_the_longest_left_goes_first(engine: Engine) -> None:
    async with running(engine) as world:
        connections = {name: world.connect(name)[1] for name in "abc"}
        await world.leave("b", connections["b"])
        await world.leave("a", connections["a"])
        world.used = 101

        world.connect("d")

        await world.until_gone("b")
        assert {kernel.id for kernel, _ in world.registry.kernels()} == {"a", "c", "d"}
        world.connect("e")
        await world.until_gone("a")
        assert connections["c"].code is None


async def test_a_page_that_came_back_is_not_left(engine: Engine) -> None:
    async with running(engine) as world:
        _, connection = world.connect("a")
        await world.leave("a", connection)
        world.connect("a", returning=True)
        world.used = 101
        assert world.registry.cull() is None


async def test_where_all_have_pages_a_new_one_is_refused(engine: Engine) -> None:
    async with running(engine) as world:
        _, connection = world.connect("a")
        await world.until_active("a")
        world.used = 101
        with pytest.raises(KernelLimitError) as refused:
            world.connect("b")
        assert refused.value.limit == "memory"
        assert connection.code is None
        # A page of a kernel that is there needs no room.
        world.connect("a", page="another")


async def test_one_that_still_starts_is_let_start(engine: Engine) -> None:
    async with running(engine) as world:
        _, connection = world.connect("a")
        world.drop(connection, "a")
        assert world.registry.cull() is None
        await world.until(lambda: world.registry.cull() is not None)


async def test_the_page_of_an_ended_kernel_is_told(engine: Engine) -> None:
    async with running(engine) as world:
        _, connection = world.connect("a")
        await world.leave("a", connection)
        ended = world.registry.cull()
        assert ended is not None
        async with asyncio.timeout(PATIENCE):
            await ended.wait()
        with pytest.raises(UnknownKernelError):
            world.connect("a", returning=True)


async def test_the_request_belongs_to_the_first_page(engine: Engine) -> None:
    async with running(engine) as world:
        requests = [Request(user="ada"), Request(user="eve")]
        kernels = [
            world.registry.connect(
                KernelId("a"),
                "s",  # type: ignore[arg-type]
                page,  # type: ignore[arg-type]
                FakeConnection(),
                returning=False,
                request=lambda request=request: request,  # type: ignore[misc]
            ).kernel
            for page, request in zip("pq", requests, strict=True)
        ]
        assert kernels[0] is kernels[1]
        assert kernels[0].request is requests[0]


async def test_a_request_that_can_not_be_read_leaves_no_kernel(engine: Engine) -> None:
    async with running(engine) as world:

        def fail() -> Request:
            raise ValueError("unreadable")

        with pytest.raises(ValueError, match="unreadable"):
            world.registry.connect(
                KernelId("a"),
                "s",  # type: ignore[arg-type]
                "p",  # type: ignore[arg-type]
                FakeConnection(),
                returning=False,
                request=fail,
            )
        assert len(world.registry) == 0
