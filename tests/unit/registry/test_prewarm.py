"""Kernels in which the app has run before anybody came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from sundog.ids import KernelId, SessionId
from sundog.kernel.identity import Client
from sundog.kernel.kernel import VirtualKernel
from sundog.kernel.request import Request, Values
from sundog.registry.prewarm import Prewarmed
from sundog.scheduler.driver import Engine
from tests.clocks import FakeClock
from tests.conftest import MakeKernel
from tests.kernels import run_in, settle

pytestmark = pytest.mark.anyio

ADA = Client(KernelId("ada-kernel"), SessionId("ada"), Request(query=Values([("name", "Ada")])))


class World:
    """Kernels for an app that does what a test says."""

    def __init__(self, make_kernel: MakeKernel, engine: Engine, count: int, max_age: float) -> None:
        self.made: list[VirtualKernel] = []
        self.app: Callable[[VirtualKernel], object] = lambda kernel: None
        self.clock = FakeClock()

        def make() -> VirtualKernel:
            self.made.append(make_kernel())
            return self.made[-1]

        self.prewarmed = Prewarmed(
            make, lambda kernel: self.app(kernel), engine, count, max_age=max_age, clock=self.clock
        )

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not holds():
                await asyncio.sleep(0)

    async def ready(self, count: int) -> None:
        await self.until(lambda: len(self.prewarmed) == count)


Running = Callable[..., AbstractAsyncContextManager[World]]


@pytest.fixture
def running(make_kernel: MakeKernel, engine: Engine) -> Running:
    """Makes a world for a body; the kernels that are ready then end with it."""

    @asynccontextmanager
    async def running(*, count: int = 1, max_age: float = 0.0) -> AsyncIterator[World]:
        world = World(make_kernel, engine, count, max_age)
        yield world
        await world.prewarmed.shutdown(20)
        assert len(world.prewarmed) == 0

    return running


async def test_a_visitor_gets_a_kernel_in_which_the_app_has_run(running: Running) -> None:
    async with running() as world:
        ran: list[VirtualKernel] = []
        world.app = ran.append
        assert world.prewarmed.take(ADA) is None
        world.prewarmed.begin()
        await world.ready(1)
        kernel = world.prewarmed.take(ADA)
        assert kernel is ran[0]
        assert kernel.ran_in_advance
        assert (kernel.id, kernel.session_id) == (ADA.kernel_id, ADA.session_id)
        assert kernel.request.query["name"] == "Ada"
        # Another takes its place.
        await world.ready(1)
        assert len(ran) == 2


async def test_no_more_than_asked_for_are_kept(running: Running) -> None:
    async with running(count=3) as world:
        world.prewarmed.begin()
        await world.ready(3)
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(world.made) == 3


@pytest.mark.parametrize(
    "ask",
    [
        lambda kernel: kernel.id,
        lambda kernel: kernel.session_id,
        lambda kernel: kernel.request,
        lambda kernel: kernel.location.path,
        lambda kernel: kernel.location.query,
    ],
)
async def test_an_app_that_asks_whom_it_runs_for_is_not_run_in_advance(
    running: Running, ask: Callable[[VirtualKernel], object]
) -> None:
    async with running() as world:

        def app(kernel: VirtualKernel) -> None:
            try:
                ask(kernel)
            except Exception:  # noqa: BLE001 - as apps do; it must not hide the question
                pytest.fail("an app's handler took the question for an error")

        world.app = app
        world.prewarmed.begin()
        await world.until(lambda: bool(world.made) and world.made[0].closed)
        assert world.prewarmed.take(ADA) is None
        assert not world.made[0].errors.has_failed
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(world.made) == 1


async def test_naming_the_page_asks_nobody(running: Running) -> None:
    async with running() as world:
        world.app = lambda kernel: kernel.location.set_title("Weather")
        world.prewarmed.begin()
        await world.ready(1)


async def test_a_question_after_the_run_ends_it_too(running: Running) -> None:
    async with running() as world:
        world.prewarmed.begin()
        await world.ready(1)
        kernel = world.made[0]
        kernel.submit(lambda: kernel.session_id)
        settle(kernel)
        assert world.prewarmed.take(ADA) is None
        await world.until(lambda: kernel.closed)


async def test_the_answer_is_there_as_soon_as_somebody_is(running: Running) -> None:
    async with running() as world:
        world.prewarmed.begin()
        await world.ready(1)
        kernel = world.prewarmed.take(ADA)
        assert kernel is not None
        assert run_in(kernel, lambda: kernel.session_id) == "ada"


async def test_a_failed_run_is_nobodys(running: Running) -> None:
    async with running() as world:

        def app(kernel: VirtualKernel) -> None:
            kernel.report_error(ValueError("the database is away"), "the app")

        world.app = app
        world.prewarmed.begin()
        await world.until(lambda: bool(world.made) and world.made[0].closed)
        assert world.prewarmed.take(ADA) is None


async def test_what_has_waited_too_long_is_replaced(running: Running) -> None:
    async with running(max_age=60.0) as world:
        world.prewarmed.begin()
        await world.ready(1)
        world.clock.advance(59)
        first = world.prewarmed.take(ADA)
        assert first is world.made[0]
        await world.ready(1)
        world.clock.advance(60)
        assert world.prewarmed.take(ADA) is None
        await world.until(lambda: world.made[1].closed)
