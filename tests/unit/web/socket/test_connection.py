"""How fast a page is read, and what is counted of its end."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from sundog.ids import PageId
from sundog.kernel.comm import KernelComm
from sundog.kernel.kernel import VirtualKernel
from sundog.protocol import codec
from sundog.protocol.message import Outgoing
from sundog.protocol.parts import encode_part
from sundog.registry.attachment import Attachment
from sundog.web.access.rate_limits import Allowance
from sundog.web.access.refusals import Refusal, Refusals
from sundog.web.socket import connection as connection_module
from sundog.web.socket import pace
from sundog.web.socket.budget import Budget
from sundog.web.socket.connection import SocketConnection
from tests.clocks import FakeClock
from tests.kernels import settle
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio

Message = dict[str, Any]


class Rig:
    """A connection of a kernel's page, and the peer's end of it."""

    def __init__(self, kernel: VirtualKernel, allowance: Allowance | None) -> None:
        self.kernel = kernel
        self.page = kernel.pages.open(PageId("p"))
        self.refusals = Refusals()
        self.reads = 0
        self.sent: asyncio.Queue[Message] = asyncio.Queue()
        self._incoming: asyncio.Queue[Message] = asyncio.Queue()
        self.budget = Budget(1 << 20)
        self.connection = SocketConnection(
            self._receive,
            self.sent.put,
            allowance=allowance,
            unfinished=self.budget.reserve(),
            max_bytes=4 << 20,
            refusals=self.refusals,
        )
        attachment = Attachment(kernel, self.page, new=True)
        self.task = asyncio.create_task(self.connection.serve(attachment, 0))

    async def _receive(self) -> Message:
        self.reads += 1
        return await self._incoming.get()

    def send(self, frame: Any) -> None:
        kind = "bytes" if isinstance(frame, bytes) else "text"
        value = frame if isinstance(frame, (bytes, str)) else json.dumps(frame)
        self._incoming.put_nowait({"type": "websocket.receive", kind: value})

    def leave(self, code: int = 1001) -> None:
        self._incoming.put_nowait({"type": "websocket.disconnect", "code": code})

    async def until(self, wanted: Callable[[Message], bool]) -> Message:
        async with asyncio.timeout(PATIENCE):
            while True:
                message = await self.sent.get()
                if wanted(message):
                    return message

    async def until_reads(self, number: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.reads < number:
                await asyncio.sleep(0)


@asynccontextmanager
async def playing(kernel: VirtualKernel, allowance: Allowance | None = None) -> AsyncIterator[Rig]:
    """Make a connection for the body, which leaves at its end."""
    rig = Rig(kernel, allowance)
    yield rig
    rig.leave()
    await rig.task


def messages(first: int, count: int, comm: str = "c") -> list[Any]:
    return [0, first, [["msg", comm, {}]] * count]


class TestPace:
    async def test_one_that_sends_too_fast_waits_and_loses_nothing(
        self, kernel: VirtualKernel
    ) -> None:
        clock = FakeClock()
        allowance = Allowance(1, None, clock)

        async with playing(kernel, allowance) as rig:
            rig.send(messages(1, 100))
            rig.send(messages(101, 5))
            await rig.until_reads(1)
            # Nothing more is read while it waits, and it has to wait for seconds.
            for _ in range(20):
                await asyncio.sleep(0)
            assert rig.reads == 1
            assert rig.page.received == 100
            rig.connection.end(4002)
            await rig.until_reads(2)

        refusals = rig.refusals
        assert refusals.counts == {Refusal.THROTTLED: 1}

    async def test_after_the_pause_the_next_is_read(
        self, kernel: VirtualKernel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Allowance, "MAX_PAUSE_SECONDS", 0.001)
        allowance = Allowance(1, None, FakeClock())

        async with playing(kernel, allowance) as rig:
            rig.send(messages(1, 100))
            rig.send(messages(101, 5))
            await rig.until_reads(3)
            assert rig.page.received == 105

    async def test_no_more_is_read_than_the_kernel_can_take(
        self, kernel: VirtualKernel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pace, "MAX_WAITING_MESSAGES", 10)
        monkeypatch.setattr(pace, "LOOK_AGAIN_SECONDS", 0.001)
        monkeypatch.setattr(pace, "REASSURE_SECONDS", 0.002)
        go = threading.Event()
        kernel.submit(lambda: go.wait(PATIENCE))

        async with playing(kernel) as rig:
            rig.send(messages(1, 10))
            rig.send(messages(11, 10))
            # It is told that the server is there, although nobody reads its pings.
            await rig.until(lambda message: message.get("text") == connection_module.PONG)
            assert rig.reads == 1
            assert rig.page.received == 10
            go.set()
            await rig.until_reads(3)
            assert rig.page.received == 20

        refusals = rig.refusals
        assert Refusal.THROTTLED in refusals.counts

    async def test_nor_bytes(self, kernel: VirtualKernel, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pace, "MAX_WAITING_BYTES", 30)
        monkeypatch.setattr(pace, "LOOK_AGAIN_SECONDS", 0.001)
        go = threading.Event()
        kernel.submit(lambda: go.wait(PATIENCE))

        async with playing(kernel) as rig:
            for number in range(1, 5):
                rig.send(messages(number, 1))
            await rig.until_reads(2)
            for _ in range(20):
                await asyncio.sleep(0.001)
            assert rig.reads == 2
            go.set()
            await rig.until_reads(5)

    async def test_a_kernel_that_ends_meanwhile_ends_the_wait(
        self, kernel: VirtualKernel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pace, "MAX_WAITING_MESSAGES", 1)
        go = threading.Event()
        kernel.submit(lambda: go.wait(PATIENCE))

        async with playing(kernel) as rig:
            rig.send(messages(1, 1))
            await rig.until_reads(1)
            rig.connection.end(4001)
            closed = await rig.until(lambda message: message["type"] == "websocket.close")
            assert closed["code"] == 4001
            await rig.until_reads(2)
            go.set()


class TestFrames:
    async def test_large_ones_are_decoded_in_order_all_the_same(
        self, kernel: VirtualKernel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connection_module, "DECODE_APART_FROM", 100)
        comm = KernelComm(kernel.comms, comm_id="c")
        got: list[int] = []
        comm.on_msg(lambda message: got.append(message["content"]["data"]["n"]))

        async with playing(kernel) as rig:
            for number in range(1, 20):
                padding = "x" * 1000 if number % 2 else ""
                rig.send([0, number, [["msg", "c", {"n": number, "padding": padding}]]])
            await rig.until_reads(20)
            await asyncio.to_thread(settle, kernel)
            assert got == list(range(1, 20))

    @pytest.mark.parametrize("binary", [False, True])
    async def test_json_has_a_limit_of_its_own(
        self, kernel: VirtualKernel, monkeypatch: pytest.MonkeyPatch, binary: bool
    ) -> None:
        monkeypatch.setattr(codec, "MAX_JSON_BYTES", 50)
        text = json.dumps([0, 1, [["msg", "c", {"x": "y" * 50}]], [[]]])

        async with playing(kernel) as rig:
            rig.send(len(text).to_bytes(4, "big") + text.encode() if binary else text)
            closed = await rig.until(lambda message: message["type"] == "websocket.close")
            assert closed["code"] == 1009

        assert rig.refusals.counts == {Refusal.LARGE_FRAME: 1}

    @pytest.mark.parametrize(
        ("code", "reason"),
        [
            (1009, Refusal.LARGE_FRAME),
            (1002, Refusal.BAD_FRAME),
            (1007, Refusal.BAD_FRAME),
            (1001, None),
            (1006, None),
        ],
    )
    async def test_what_the_library_refused_is_counted(
        self, kernel: VirtualKernel, code: int, reason: Refusal | None
    ) -> None:
        async with playing(kernel) as rig:
            rig.leave(code)

        assert rig.refusals.counts == ({} if reason is None else {reason: 1})


class TestWhatOnlyDevelopersGet:
    async def test_times_while_they_are_wanted(
        self, kernel: VirtualKernel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(kernel, "development", True)

        async with playing(kernel) as rig:
            rig.send({"type": "timing", "wanted": True})
            rig.send([0, 1, [["msg", "c"]]])
            told = await rig.until(lambda message: '"handled"' in message.get("text", ""))
            assert json.loads(told["text"])["number"] == 1
            rig.send({"type": "timing", "wanted": False})
            rig.send([0, 2, [["msg", "c"]]])
            await rig.until(lambda message: message.get("text", "").startswith("[2,"))
            assert rig.page.on_handled is None

    async def test_nobody_is_told_when_the_page_has_left(
        self, kernel: VirtualKernel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(kernel, "development", True)

        async with playing(kernel) as rig:
            rig.send({"type": "timing", "wanted": True})
            await rig.until_reads(2)
            assert rig.page.on_handled is not None
            rig.leave()
            await rig.task
            assert rig.page.on_handled is None

    async def test_none_of_it_in_production(
        self, kernel: VirtualKernel, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with playing(kernel) as rig:
            rig.send({"type": "timing", "wanted": True})
            rig.send({"type": "script-error", "title": "forged", "text": "forged"})
            await rig.until_reads(3)
            assert rig.page.on_handled is None
        assert "forged" not in caplog.text


def in_parts(whole: str | bytes, size: int) -> list[bytes]:
    length = len(whole.encode() if isinstance(whole, str) else whole)
    return [encode_part(whole=whole, offset=at, size=size) for at in range(0, length, size)]


class TestParts:
    @pytest.mark.parametrize("kind", ["text", "binary"])
    async def test_a_frame_in_parts_is_handled_once_it_is_whole(
        self, kernel: VirtualKernel, kind: str
    ) -> None:
        whole: str | bytes = json.dumps(messages(1, 3))
        if kind == "binary":
            whole = codec.encode_batch(
                0, 1, [Outgoing(b'["msg","c",{}]', (bytes(1000),), None)] * 3
            )
        parts = in_parts(whole, 100)

        async with playing(kernel) as rig:
            for number, part in enumerate(parts):
                assert rig.page.received == 0
                # A ping passes between any two of them.
                rig.send({"type": "ping"})
                rig.send(part)
                await rig.until_reads(2 * number + 3)
            assert rig.page.received == 3
            assert rig.budget.held == 0
            sent = [rig.sent.get_nowait() for _ in range(rig.sent.qsize())]
            controls = [json.loads(each["text"]) for each in sent if "text" in each]
            confirmed = [each["size"] for each in controls if "size" in each]
            assert confirmed == list(map(len, parts))
            assert sum(each == {"type": "pong"} for each in controls if "type" in each) == len(
                parts
            )

    async def test_parts_of_all_pages_are_bounded(self, kernel: VirtualKernel) -> None:
        async with playing(kernel) as rig:
            other = rig.budget.reserve()
            other.set(1_000_000)
            for part in in_parts(bytes(500_000), 100_000)[:4]:
                rig.send(part)
            await rig.until(lambda message: message.get("code") == 1013)
            assert rig.budget.held == 1_000_000

        assert rig.refusals.counts == {Refusal.UNFINISHED: 1}

    async def test_one_that_leaves_in_between_holds_nothing(self, kernel: VirtualKernel) -> None:
        budgets: list[Budget] = []

        async with playing(kernel) as rig:
            rig.send(in_parts(bytes(1000), 600)[0])
            await rig.until_reads(2)
            assert rig.budget.held == 600
            budgets.append(rig.budget)
        assert budgets[0].held == 0

    async def test_a_frame_over_the_limit_is_refused_at_its_first_part(
        self, kernel: VirtualKernel
    ) -> None:
        async with playing(kernel) as rig:
            rig.send(in_parts(bytes(5 << 20), 100)[0])
            await rig.until(lambda message: message.get("code") == 1009)

        assert rig.refusals.counts == {Refusal.LARGE_FRAME: 1}
