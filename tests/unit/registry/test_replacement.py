"""One kernel takes another's place, whatever its pages and its callbacks do meanwhile."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from sundog.ids import ConnectionId, KernelId, PageId, SessionId
from sundog.kernel.comm import KernelComm
from sundog.kernel.kernel import VirtualKernel
from sundog.protocol.codec import encode_message
from sundog.protocol.message import Outgoing
from sundog.registry import replacement as succession
from sundog.registry.registry import Registry
from sundog.scheduler.driver import Engine
from tests.kernels import FakePage, eventually, is_closed, settle
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio


class Line:
    """The socket of a page, which speaks to one kernel after another."""

    def __init__(self) -> None:
        self.id = ConnectionId("line")
        self.kernel: VirtualKernel | None = None

    def end(self, code: int) -> None:
        pass

    def tell(self, kind: str, text: str) -> None:
        pass

    def move(self, kernel: VirtualKernel) -> None:
        self.kernel = kernel


class Play:
    """A kernel with a page, and the one that takes its place.

    Each has a comm of the same id, and keeps what its page enters there: its state is all that.
    """

    def __init__(self, engine: Engine) -> None:
        self.entered: dict[VirtualKernel, list[int]] = {}
        # The callback of the first value waits for it.
        self.access_policy = threading.Event()
        self.blocked = threading.Event()
        self.registry = Registry(
            make=lambda client: VirtualKernel(
                client.kernel_id, client.session_id, engine, describe_comm=self._describe
            ),
            start=self._start,
        )
        self.line = Line()
        self.old = self.registry.connect(
            KernelId("k"), SessionId("s"), PageId("p"), self.line, returning=False
        ).kernel
        self.page = FakePage(self.old, "p")
        self.page.connect()
        self.new = self.registry.make_replacement(self.old)
        self.registry.begin(self.new)
        settle(self.old)
        settle(self.new)

    def _start(self, kernel: VirtualKernel) -> None:
        entered = self.entered[kernel] = []

        def enter(message: dict[str, Any]) -> None:
            value = message["content"]["data"]["value"]
            entered.append(value)
            if value == 1:
                self.blocked.set()
                assert self.access_policy.wait(PATIENCE)

        KernelComm(kernel.comms, "target", comm_id="c").on_msg(enter)

    def _describe(self, comm: KernelComm) -> Outgoing:
        return encode_message("state", self.entered[comm.kernel])

    def enter(self, value: int) -> None:
        assert self.page.send(["msg", "c", {"value": value}]) == value

    async def block(self) -> None:
        """Enter 1, of which the callback goes on until the gate opens."""
        self.enter(1)
        assert await asyncio.to_thread(self.blocked.wait, PATIENCE)

    def replace(self) -> None:
        def catch_up() -> None:
            self.entered[self.new][:0] = self.entered[self.old]

        assert self.registry.replace(self.old, self.new, catch_up)
        assert self.line.kernel is self.new
        self.page.kernel = self.new

    async def state(self) -> tuple[int, list[int]]:
        """Return the state that the page gets, and what it has been told then to be handled."""

        page = self.page
        await asyncio.to_thread(
            page.wait_until, lambda: any(each[0] == "state" for each in page.messages)
        )
        [(ack, state)] = [
            (ack, each[1])
            for ack, each in zip(page.acks, page.messages, strict=True)
            if each[0] == "state"
        ]
        return ack, state

    async def acknowledged(self, number: int) -> None:
        await asyncio.to_thread(self.page.wait_for_ack, number)


Acting = Callable[[], AbstractAsyncContextManager[Play]]


@pytest.fixture
def acting(engine: Engine) -> Acting:
    """Makes a play for a body; its kernels end with it."""

    @asynccontextmanager
    async def acting() -> AsyncIterator[Play]:
        play = Play(engine)
        try:
            yield play
        finally:
            play.access_policy.set()
            await play.registry.shutdown(PATIENCE)

    return acting


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for the former kernel however long it takes."""
    monkeypatch.setattr(succession, "CATCH_UP_SECONDS", 3600.0)


@pytest.mark.usefixtures("patient")
async def test_an_idle_kernel_is_not_waited_for(acting: Acting) -> None:
    async with acting() as play:
        play.access_policy.set()
        play.enter(1)
        await play.acknowledged(1)
        play.replace()
        assert await play.state() == (1, [1])
        play.enter(2)
        await play.acknowledged(2)
        assert play.entered[play.new] == [1, 2]
        assert await asyncio.to_thread(eventually_closed, play.old)


@pytest.mark.usefixtures("patient")
async def test_what_was_sent_before_and_after_is_handled_once_and_in_order(acting: Acting) -> None:
    async with acting() as play:
        await play.block()
        play.enter(2)
        play.replace()
        play.enter(3)
        # Were it not held back, it would be handled now.
        settle(play.new)
        assert play.entered[play.new] == []
        play.access_policy.set()
        # What the state lacks is not acknowledged yet: the page keeps what it has.
        assert await play.state() == (2, [1, 2])
        await play.acknowledged(3)
        assert play.entered == {play.old: [1, 2], play.new: [1, 2, 3]}


async def test_a_kernel_that_is_busy_for_long_hands_over_what_it_has_not_begun(
    acting: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(succession, "CATCH_UP_SECONDS", 0.0)

    async with acting() as play:
        await play.block()
        play.enter(2)
        play.replace()
        play.enter(3)
        assert await play.state() == (1, [1])
        await play.acknowledged(3)
        assert play.entered[play.new] == [1, 2, 3]
        play.access_policy.set()
        assert await asyncio.to_thread(eventually_closed, play.old)
        assert play.entered[play.old] == [1]


def eventually_closed(kernel: VirtualKernel) -> bool:
    eventually(lambda: is_closed(kernel))
    return True
