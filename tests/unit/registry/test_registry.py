"""Who gets which kernel, and when kernels end; on a clock that stands still."""

from __future__ import annotations

import asyncio
import gc
import itertools
import logging
import threading
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from sundog.errors import KernelLimitError, UnknownKernelError
from sundog.ids import ConnectionId, KernelId, PageId, SessionId
from sundog.kernel.current import current_kernel
from sundog.kernel.kernel import VirtualKernel
from sundog.registry.attachment import KERNEL_ENDED, SERVER_RESTARTS, TAKEN_OVER, Attachment
from sundog.registry.lifecycle.states import KernelState
from sundog.registry.registry import MAX_PAGES, Registry, RegistryLimits
from sundog.scheduler.driver import Engine
from tests.clocks import FakeClock
from tests.kernels import is_closed
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio

TIMEOUT = 60.0
connection_numbers = itertools.count()


class FakeConnection:
    """A socket that notes how it was ended."""

    def __init__(self) -> None:
        self.id = ConnectionId(str(next(connection_numbers)))
        self.code: int | None = None

        self.told: list[str] = []

    def end(self, code: int) -> None:
        self.code = code

    def tell(self, kind: str, text: str) -> None:
        self.told.append(text)


class World:
    """A registry on an event loop, and what a browser and a clock do to it."""

    def __init__(self, engine: Engine, **limits: Any) -> None:
        self.clock = FakeClock()
        self.started: list[VirtualKernel] = []
        self.start: Callable[[VirtualKernel], object] = lambda kernel: None
        self._engine = engine
        self.registry = Registry(
            make=lambda client: VirtualKernel(
                client.kernel_id, client.session_id, engine, request=client.request
            ),
            start=self._start,
            limits=RegistryLimits(**{"cull_timeout": TIMEOUT, **limits}),
            clock=self.clock,
        )

    def _start(self, kernel: VirtualKernel) -> None:
        self.started.append(kernel)
        self.start(kernel)

    def connect(
        self, kernel: str = "k", page: str = "p", session: str = "s", *, returning: bool = False
    ) -> tuple[Attachment, FakeConnection]:
        connection = FakeConnection()
        attachment = self.registry.connect(
            KernelId(kernel), SessionId(session), PageId(page), connection, returning=returning
        )
        return attachment, connection

    def drop(self, connection: FakeConnection, kernel: str = "k", page: str = "p") -> None:
        self.registry.disconnect(KernelId(kernel), PageId(page), connection)

    def close_page(self, kernel: str = "k", page: str = "p", session: str = "s") -> None:
        self.registry.close_page(KernelId(kernel), SessionId(session), PageId(page))

    def state(self, kernel: str = "k") -> KernelState | None:
        return self.registry.state_of(KernelId(kernel))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Let the loop run until something holds that other threads bring about."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await asyncio.sleep(0.001)

    async def until_gone(self, kernel: str = "k") -> None:
        await self.until(lambda: self.state(kernel) is None)

    async def until_active(self, kernel: str = "k") -> None:
        await self.until(lambda: self.state(kernel) is KernelState.ACTIVE)

    async def pass_time(self, seconds: float) -> None:
        """Move the clock, and let the reaper look at it."""
        self.clock.advance(seconds)
        # The reaper waits on the machine's clock; a deadline that changes wakes it.
        self.registry.check_deadlines()
        await asyncio.sleep(0)
        await asyncio.sleep(0)


@asynccontextmanager
async def running(engine: Engine, **limits: Any) -> AsyncIterator[World]:
    """Make a world for the body, whose registry reaps; its kernels end with it."""
    world = World(engine, **limits)
    async with reaping(world.registry):
        yield world
        world.start = lambda kernel: None
        await world.registry.shutdown(PATIENCE)


@asynccontextmanager
async def reaping(registry: Registry) -> AsyncIterator[None]:
    reaper = asyncio.create_task(registry.reap())
    yield
    reaper.cancel()


class TestLeaving:
    async def test_a_kernel_whose_code_wants_to_leave_ends(self, engine: Engine) -> None:
        async with running(engine) as world:
            attachment, connection = world.connect()
            other, staying = world.connect("other", session="t")
            await world.until_active()
            kernel = attachment.kernel
            kernel.submit(lambda: kernel.on_exit(kernel))
            await world.until_gone()
            assert connection.code == KERNEL_ENDED
            assert (staying.code, is_closed(other.kernel)) == (None, False)
            # Once is enough.
            kernel.on_exit(kernel)


class TestConnecting:
    async def test_the_first_connection_makes_the_kernel_and_starts_it(
        self, engine: Engine
    ) -> None:
        async with running(engine) as world:
            attachment, _ = world.connect()
            assert attachment.new
            assert world.state() is KernelState.STARTING
            await world.until_active()
            assert world.started == [attachment.kernel]

    async def test_the_app_runs_in_its_kernel(self, engine: Engine) -> None:
        async with running(engine) as world:
            found: list[object] = []
            world.start = lambda kernel: found.append(current_kernel() is kernel)
            world.connect()
            await world.until_active()
            assert found == [True]

    @pytest.mark.parametrize("error", [ValueError, SystemExit])
    async def test_an_app_that_fails_leaves_a_kernel_that_shows_it(
        self, engine: Engine, error: type[BaseException], caplog: pytest.LogCaptureFixture
    ) -> None:
        async with running(engine) as world:

            def fail(kernel: VirtualKernel) -> None:
                raise error("the app's own")

            world.start = fail
            world.connect()
            await world.until_active()
        assert "the app's own" in caplog.text or error is SystemExit
        assert error.__name__ in caplog.text

    async def test_a_page_that_comes_back_gets_its_kernel(self, engine: Engine) -> None:
        async with running(engine) as world:
            first, connection = world.connect()
            await world.until_active()
            world.drop(connection)
            assert world.state() is KernelState.ORPHANED
            second, _ = world.connect(returning=True)

            assert not second.new
            assert second.kernel is first.kernel
            assert second.page is first.page
            assert world.state() is KernelState.ACTIVE
            assert len(world.started) == 1

    async def test_two_pages_share_a_kernel(self, engine: Engine) -> None:
        async with running(engine) as world:
            first, _ = world.connect(page="p")
            second, _ = world.connect(page="q")
            assert second.kernel is first.kernel
            assert second.page is not first.page
            assert first.kernel.page_count == 2

    async def test_a_newer_connection_takes_over(self, engine: Engine) -> None:
        async with running(engine) as world:
            _, old = world.connect()
            await world.until_active()
            _, new = world.connect(returning=True)
            assert old.code == TAKEN_OVER

            world.drop(old)

            assert new.code is None
            assert world.state() is KernelState.ACTIVE

    async def test_another_session_finds_no_kernel(self, engine: Engine) -> None:
        async with running(engine) as world:
            attachment, mine = world.connect(session="mine")
            other = FakeConnection()
            with pytest.raises(UnknownKernelError) as stolen:
                world.registry.connect(
                    KernelId("k"), SessionId("other"), PageId("p"), other, returning=False
                )
            with pytest.raises(UnknownKernelError) as unknown:
                world.connect("no such kernel", session="other", returning=True)

            assert str(stolen.value) == str(unknown.value)
            assert mine.code is None
            assert attachment.kernel.page_count == 1
            world.registry.tell("log", "for all pages")
            assert (mine.told, other.told) == (["for all pages"], [])

    async def test_a_returning_page_gets_its_kernel_or_none(self, engine: Engine) -> None:
        async with running(engine) as world:
            with pytest.raises(UnknownKernelError):
                world.connect(returning=True)
            assert len(world.registry) == 0

    async def test_a_kernel_has_so_many_pages(self, engine: Engine) -> None:
        async with running(engine) as world:
            for number in range(MAX_PAGES):
                world.connect(page=f"p{number}")
            with pytest.raises(KernelLimitError):
                world.connect(page="one more")
            world.connect(page="p0")
            world.close_page(page="p1")
            world.connect(page="one more")


class TestLimits:
    async def test_of_the_server(self, engine: Engine) -> None:
        async with running(engine, max_count=2) as world:
            world.connect("a", session="1")
            world.connect("b", session="2")
            with pytest.raises(KernelLimitError):
                world.connect("c", session="3")
            world.connect("a", page="q", session="1")
            await world.until_active("a")
            world.close_page("b", session="2")
            await world.until_gone("b")
            world.connect("c", session="3")

    async def test_of_a_session(self, engine: Engine) -> None:
        async with running(engine, max_per_session=1) as world:
            world.connect("a")
            with pytest.raises(KernelLimitError):
                world.connect("b")
            world.connect("b", session="other")
            world.close_page("a")
            await world.until_gone("a")
            world.connect("c")
            for session in ("s", "other"):
                with pytest.raises(KernelLimitError):
                    world.connect("d", session=session)

    async def test_a_refused_kernel_leaves_no_trace(self, engine: Engine) -> None:
        async with running(engine, max_count=1, max_per_session=1) as world:
            world.connect("a", session="other")
            with pytest.raises(KernelLimitError):
                world.connect("b")
            assert len(world.registry) == 1
            world.close_page("a", session="other")
            await world.until_gone("a")
            # Its session may have one kernel, and has none yet.
            world.connect("c")


class TestClosing:
    async def test_the_last_page_that_closes_ends_the_kernel(self, engine: Engine) -> None:
        async with running(engine) as world:
            attachment, connection = world.connect()
            world.close_page()
            assert connection.code == KERNEL_ENDED
            await world.until_gone()
            assert is_closed(attachment.kernel)

    async def test_a_closed_page_cannot_come_back(self, engine: Engine) -> None:
        async with running(engine) as world:
            world.connect(page="p")
            world.connect(page="q")
            world.close_page(page="p")
            with pytest.raises(UnknownKernelError):
                world.connect(page="p", returning=True)
            with pytest.raises(UnknownKernelError):
                world.connect(page="p")
            assert world.state() is not None

            world.close_page(page="q")
            with pytest.raises(UnknownKernelError):
                world.connect(page="q")
            await world.until_gone()
            with pytest.raises(UnknownKernelError):
                world.connect(page="q")

    async def test_a_beacon_that_overtakes_the_socket_of_a_new_page(self, engine: Engine) -> None:
        async with running(engine) as world:
            world.close_page()
            with pytest.raises(UnknownKernelError):
                world.connect()
            assert len(world.registry) == 0

            world.connect("other", page="p")
            world.close_page("other", page="q")
            with pytest.raises(UnknownKernelError):
                world.connect("other", page="q")

    async def test_another_sessions_beacon_changes_nothing(self, engine: Engine) -> None:
        async with running(engine) as world:
            _, connection = world.connect()
            world.close_page(session="other")
            assert connection.code is None
            assert world.state() is KernelState.STARTING

    async def test_a_second_beacon_changes_nothing(self, engine: Engine) -> None:
        async with running(engine) as world:
            world.connect()
            world.close_page()
            world.close_page()
            await world.until_gone()
            world.close_page()

    async def test_a_kernel_that_blocks_ends_when_it_lets_go(self, engine: Engine) -> None:
        release = threading.Event()

        async with running(engine) as world:
            world.start = lambda kernel: release.wait(PATIENCE)
            world.connect("blocked")
            world.connect("other")
            world.close_page("blocked")
            world.close_page("other")
            with pytest.raises(UnknownKernelError):
                world.connect("blocked", page="q")
            assert world.state("blocked") is KernelState.CLOSING
            release.set()
            await world.until_gone("blocked")


class TestCulling:
    async def test_a_kernel_ends_when_no_page_came_back_in_time(self, engine: Engine) -> None:
        async with running(engine) as world:
            _, connection = world.connect()
            await world.until_active()
            world.drop(connection)
            await world.pass_time(TIMEOUT - 1)
            assert world.state() is KernelState.ORPHANED
            await world.pass_time(1)
            assert world.state() is KernelState.CLOSING
            await world.until_gone()

    async def test_a_page_that_comes_back_in_time_stays(self, engine: Engine) -> None:
        async with running(engine) as world:
            _, connection = world.connect()
            await world.until_active()
            world.drop(connection)
            await world.pass_time(TIMEOUT - 1)
            world.connect(returning=True)
            await world.pass_time(10 * TIMEOUT)
            assert world.state() is KernelState.ACTIVE

    async def test_closing_one_page_gives_a_disconnected_one_its_time_anew(
        self, engine: Engine
    ) -> None:
        async with running(engine) as world:
            _, connection = world.connect(page="p")
            world.connect(page="q")
            await world.until_active()
            world.drop(connection, page="p")
            await world.pass_time(TIMEOUT - 1)
            world.close_page(page="q")
            await world.pass_time(TIMEOUT - 1)
            assert world.state() is KernelState.ORPHANED
            await world.pass_time(1)
            await world.until_gone()

    async def test_one_reaper_waits_for_the_earliest(self, engine: Engine) -> None:
        async with running(engine) as world:
            for name in "abc":
                _, connection = world.connect(name)
                await world.until_active(name)
                world.drop(connection, name)
                await world.pass_time(10)
            await world.pass_time(TIMEOUT - 30)
            await world.until_gone("a")
            assert [world.state(name) for name in "bc"] == [KernelState.ORPHANED] * 2

    async def test_the_reaper_does_not_keep_what_it_ended(self, engine: Engine) -> None:
        async with running(engine) as world:
            attachment, connection = world.connect()
            kernel = weakref.ref(attachment.kernel)
            del attachment
            await world.until_active()
            world.started.clear()
            world.drop(connection)
            await world.pass_time(TIMEOUT)
            await world.until_gone()
            # The reaper waits again, the kernel's thread for other work.
            await world.until(lambda: gc.collect() >= 0 and kernel() is None)


class TestShutdown:
    async def test_every_kernel_ends_and_connections_are_told_to_come_again(
        self, engine: Engine
    ) -> None:
        async with running(engine) as world:
            connections = [world.connect(name)[1] for name in "abc"]
            kernels = [kernel for kernel, _ in world.registry.kernels()]
            await world.registry.shutdown(PATIENCE)

            assert [connection.code for connection in connections] == [SERVER_RESTARTS] * 3
            assert all(is_closed(kernel) for kernel in kernels)
            assert len(world.registry) == 0
            assert world.registry.draining

    async def test_no_new_kernel_meanwhile(self, engine: Engine) -> None:
        async with running(engine) as world:
            await world.registry.shutdown(PATIENCE)
            with pytest.raises(KernelLimitError, match="stopping"):
                world.connect()

    async def test_it_is_bounded(self, engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
        release = threading.Event()
        with caplog.at_level(logging.WARNING):
            async with running(engine) as world:
                world.start = lambda kernel: release.wait(PATIENCE)
                world.connect()
                await world.registry.shutdown(0.01)
                assert world.state() is KernelState.CLOSING
                release.set()
                await world.until_gone()
        assert "1 kernels did not end" in caplog.text

    def test_a_kernel_that_ends_after_the_server_harms_nobody(
        self, engine: Engine, caplog: pytest.LogCaptureFixture
    ) -> None:
        release = threading.Event()
        kernels: list[VirtualKernel] = []

        async def main() -> None:
            world = World(engine)
            world.start = lambda kernel: release.wait(PATIENCE)
            kernels.append(world.connect()[0].kernel)
            await world.registry.shutdown(0)

        asyncio.run(main())
        caplog.clear()
        release.set()
        ended = threading.Event()
        kernels[0].close(ended.set)
        assert ended.wait(PATIENCE)
        assert "RuntimeError" not in caplog.text
