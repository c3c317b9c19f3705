"""Which peers are taken for dead, and what they can not make grow."""

from __future__ import annotations

import asyncio
import zlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
import uvicorn
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode

from sundog.web.socket import transport
from sundog.web.socket.budget import FREE_BYTES, Budget
from sundog.web.socket.compression import COMPRESS_FROM_BYTES, SelectiveDeflate
from sundog.web.socket.transport import WebSocketProtocol

pytestmark = pytest.mark.anyio

MAX_SIZE = 8 << 20
HANDSHAKE = (
    b"GET /x HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
)


class Timer:
    def __init__(self, delay: float, callback: Callable[[], object]) -> None:
        self.delay = delay
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class FakeLoop:
    """Timers that a test lets go off; tasks run on the test's own loop."""

    def __init__(self) -> None:
        self.timers: list[Timer] = []
        self.soon: deque[Callable[[], object]] = deque()

    def call_soon(self, callback: Callable[[], object]) -> None:
        self.soon.append(callback)

    def call_later(self, delay: float, callback: Callable[[], object]) -> Timer:
        self.timers.append(Timer(delay, callback))
        return self.timers[-1]

    def create_task(self, coroutine: Any) -> asyncio.Task[Any]:
        return asyncio.get_running_loop().create_task(coroutine)

    def time(self) -> float:
        return 0.0

    def go_off(self) -> float:
        """Let the newest timer go off that was not cancelled; return how long it took."""
        timer = next(timer for timer in reversed(self.timers) if not timer.cancelled)
        timer.cancelled = True
        timer.callback()
        return timer.delay


class FakeTransport:
    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.unsent = 0
        self.ended: str | None = None
        self.reads = True

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def get_extra_info(self, name: str) -> Any:
        return {"sslcontext": None}.get(name)

    def is_closing(self) -> bool:
        return self.ended is not None

    def close(self) -> None:
        self.ended = self.ended or "close"

    def abort(self) -> None:
        self.ended = "abort"

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.written.append(b"<EOF>")

    def pause_reading(self) -> None:
        self.reads = False

    def resume_reading(self) -> None:
        self.reads = True


class FakeDelivery:
    """What the peer's system has acknowledged, and what it has not."""

    def __init__(self) -> None:
        self.tells = False
        self.has = 1000
        self.lacks = 0

    def acknowledged(self) -> int | None:
        return self.has if self.tells else None

    def waiting(self) -> int:
        return self.lacks

    def take(self, size: int) -> None:
        self.has += size
        self.lacks = max(0, self.lacks - size)


class Rig:
    """An accepted WebSocket."""

    def __init__(self, budget: Budget | None = None) -> None:
        self.loop = FakeLoop()
        self.transport = FakeTransport()
        self.proceed = asyncio.Event()
        config = uvicorn.Config(
            self.app,
            interface="asgi3",
            proxy_headers=False,
            log_config=None,
            ws_ping_interval=20,
            ws_ping_timeout=20,
            lifespan="off",
            ws_max_size=MAX_SIZE,
        )
        config.load()
        state: Any = ServerState()
        loop: Any = self.loop
        self.protocol = WebSocketProtocol(
            config, state, {}, loop, budget=budget, make_delivery=self._make_delivery
        )

    def _make_delivery(self, sock: Any) -> Any:
        self.delivery = FakeDelivery()
        return self.delivery

    def watch_deliveries(self) -> FakeDelivery:
        """Let the system tell what the peer has; at first, it tells nothing."""
        self.delivery.tells = True
        return self.delivery

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        self.send = send
        await receive()
        await send({"type": "websocket.accept"})
        self.proceed.set()
        await asyncio.Event().wait()

    async def open(self) -> Rig:
        self.protocol.connection_made(self.transport)  # type: ignore[arg-type]
        self.protocol.data_received(HANDSHAKE)
        async with asyncio.timeout(20):
            await self.proceed.wait()
        return self

    def received(self) -> list[Any]:
        """Return the messages that wait for the application, and take them."""
        found = []
        while not self.protocol.queue.empty():
            found.append(self.protocol.queue.get_nowait())
        return found

    def turn(self) -> None:
        """Let the event loop make one turn."""
        for _ in range(len(self.loop.soon)):
            self.loop.soon.popleft()()

    def ping(self) -> None:
        assert self.loop.go_off() == 20

    def wait(self) -> None:
        assert self.loop.go_off() == 20

    @property
    def written(self) -> bytes:
        return b"".join(self.transport.written)


@asynccontextmanager
async def connected() -> AsyncIterator[Rig]:
    """Open a socket for the body; the tasks of its connection end with it."""
    before = asyncio.all_tasks()
    rig = await Rig().open()
    yield rig
    for task in asyncio.all_tasks() - before:
        task.cancel()


class TestPeers:
    async def test_one_that_does_not_answer_is_dead(self) -> None:
        async with connected() as rig:
            rig.ping()
            assert rig.transport.ended is None
            rig.wait()
            assert rig.transport.ended == "abort"
            assert rig.transport.written[-1][2:4] == (1011).to_bytes(2, "big")

    async def test_one_that_answers_is_not(self) -> None:
        async with connected() as rig:
            rig.ping()
            ping = rig.transport.written[-1]
            rig.protocol.data_received(b"\x8a\x84\0\0\0\0" + ping[2:])
            rig.ping()
            assert rig.transport.ended is None

    async def test_one_that_sends_is_alive_though_its_answer_waits_behind_what_it_sends(
        self,
    ) -> None:
        async with connected() as rig:
            rig.ping()
            # The beginning of a frame of a megabyte, and of its rest one byte in each interval.
            rig.protocol.data_received(b"\x82\xff" + (1 << 20).to_bytes(8) + bytes(4))
            for _ in range(10):
                rig.wait()
                assert rig.transport.ended is None
                rig.protocol.data_received(b"x")
            rig.wait()
            rig.wait()
            assert rig.transport.ended == "abort"

    async def test_what_came_before_the_ping_does_not_count(self) -> None:
        async with connected() as rig:
            rig.protocol.data_received(b"\x82\xff" + (1 << 20).to_bytes(8) + bytes(4))
            rig.ping()
            rig.wait()
            assert rig.transport.ended == "abort"

    async def test_one_that_takes_nothing_is_dead_even_if_much_waits(self) -> None:
        async with connected() as rig:
            rig.transport.unsent = 10_000_000
            rig.ping()
            rig.wait()
            assert rig.transport.ended == "abort"

    async def test_one_on_a_slow_line_is_given_time(self) -> None:
        async with connected() as rig:
            rig.transport.unsent = 10_000_000
            rig.ping()
            for left in (7_000_000, 3_000_000, 0):
                rig.transport.unsent = left
                rig.wait()
                assert rig.transport.ended is None
            rig.wait()
            assert rig.transport.ended == "abort"

    async def test_one_that_took_all_and_got_more_is_alive(self) -> None:
        async with connected() as rig:
            rig.transport.unsent = 100_000
            rig.ping()
            rig.protocol.pause_writing()
            rig.protocol.resume_writing()
            rig.transport.unsent = 10_000_000
            rig.wait()
            assert rig.transport.ended is None
            rig.wait()
            assert rig.transport.ended == "abort"

    @pytest.mark.parametrize("buffered", [0, 5000])
    async def test_what_the_own_system_takes_says_nothing_of_the_peer(self, buffered: int) -> None:
        async with connected() as rig:
            rig.watch_deliveries()
            rig.transport.unsent = buffered
            rig.ping()
            rig.transport.unsent = 0
            rig.protocol.resume_writing()
            rig.wait()
            assert rig.transport.ended == "abort"

    async def test_one_that_has_the_ping_and_does_not_answer_is_dead(self) -> None:
        async with connected() as rig:
            # As where something in between takes all.
            delivery = rig.watch_deliveries()
            rig.ping()
            delivery.take(10_000)
            rig.wait()
            assert rig.transport.ended == "abort"

    async def test_one_that_takes_what_came_before_the_ping_gets_time_to_answer(self) -> None:
        async with connected() as rig:
            delivery = rig.watch_deliveries()
            rig.transport.unsent, delivery.lacks = 2000, 1000
            rig.ping()
            for size in (100, 2800, 200):
                delivery.take(size)
                rig.wait()
                assert rig.transport.ended is None
            # It has the ping, and much of what came since.
            delivery.take(100_000)
            rig.wait()
            assert rig.transport.ended == "abort"

    async def test_one_that_dies_while_it_is_held_back_is_found(self) -> None:
        async with connected() as rig:
            delivery = rig.watch_deliveries()
            rig.protocol.read_paused = True
            rig.ping()
            for _ in range(3):
                pings = len(rig.transport.written)
                delivery.take(6)
                rig.wait()
                # What is acknowledged next is the answer to this question.
                assert len(rig.transport.written) == pings + 1
            assert rig.transport.ended is None
            rig.wait()
            assert rig.transport.ended == "abort"

    async def test_one_that_is_held_back_is_not_judged(self) -> None:
        async with connected() as rig:
            rig.protocol.read_paused = True
            rig.ping()
            for _ in range(10):
                rig.wait()
            assert rig.transport.ended is None
            rig.protocol.read_paused = False
            rig.wait()
            assert rig.transport.ended == "abort"


class TestEnd:
    async def test_a_close_is_waited_for_and_then_no_more(self) -> None:
        async with connected() as rig:
            await rig.send({"type": "websocket.close", "code": 4001})
            rig.transport.unsent = 10
            assert rig.loop.go_off() == rig.protocol.close_timeout
            assert rig.transport.ended == "abort"

    async def test_who_still_reads_gets_to_read_it(self) -> None:
        async with connected() as rig:
            rig.transport.unsent = 1000
            await rig.send({"type": "websocket.close", "code": 4001})
            for left in (500, 100):
                rig.transport.unsent = left
                rig.loop.go_off()
                assert rig.transport.ended is None
            rig.loop.go_off()
            assert rig.transport.ended == "abort"

    async def test_who_sent_nonsense_may_go_on_sending_until_it_has_read_why(self) -> None:
        async with connected() as rig:
            rig.protocol.data_received(b"\x83\x80\0\0\0\0")
            assert rig.transport.written[-1] == b"<EOF>"
            assert rig.transport.ended is None
            for _ in range(100):
                rig.protocol.data_received(b"\xff" * 1000)
            assert len(rig.transport.written) == 3
            assert rig.loop.go_off() == rig.protocol.close_timeout
            assert rig.transport.ended == "abort"

    async def test_an_answer_ends_it_properly(self) -> None:
        async with connected() as rig:
            await rig.send({"type": "websocket.close", "code": 4001})
            rig.protocol.data_received(b"\x88\x82\0\0\0\0" + (4001).to_bytes(2, "big"))
            assert rig.transport.ended == "close"
            assert not [t for t in rig.loop.timers if not t.cancelled and t.delay != 20]


class TestGrowth:
    async def test_parts_are_counted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(transport, "MAX_FRAGMENTS", 3)

        async with connected() as rig:
            rig.protocol.data_received(b"\x01\x80\0\0\0\0" + b"\x00\x80\0\0\0\0" * 2)
            assert rig.transport.ended is None
            rig.protocol.data_received(b"\x00\x80\0\0\0\0" * 2)
            closing, end = rig.transport.written[-2:]
            assert (1009).to_bytes(2, "big") in closing
            assert end == b"<EOF>"
            assert rig.protocol.frames == []
            rig.protocol.data_received(b"\x00\x80\0\0\0\0" * 2)

    async def test_pings_of_one_who_does_not_read_are_not_answered(self) -> None:
        async with connected() as rig:
            ping = b"\x89\x81\0\0\0\0x"
            rig.protocol.data_received(ping)
            assert rig.transport.written[-1] == b"\x8a\x01x"
            before = len(rig.transport.written)
            rig.protocol.pause_writing()
            rig.protocol.data_received(ping * 100)
            assert len(rig.transport.written) == before
            rig.protocol.resume_writing()
            rig.protocol.data_received(ping)
            assert rig.transport.written[before:] == [b"\x8a\x01x"]


class TestCompression:
    @pytest.mark.parametrize(
        ("opcode", "size", "compressed"),
        [
            (Opcode.TEXT, COMPRESS_FROM_BYTES, True),
            (Opcode.TEXT, COMPRESS_FROM_BYTES - 1, False),
            (Opcode.BINARY, 100_000, False),
            (Opcode.PING, 10, False),
        ],
    )
    def test_where_it_pays(self, opcode: Opcode, size: int, compressed: bool) -> None:
        extension = SelectiveDeflate(True, True, 15, 15, {"level": 1})
        frame = Frame(opcode, b"x" * size)
        assert (len(extension.encode(frame).data) < size) == compressed


def deflated(data: bytes, *, opcode: int = 2, fin: bool = True, first: bool = True) -> bytes:
    """Return a frame of compressed data, as a client sends it."""
    encoder = zlib.compressobj(wbits=-15)
    body = encoder.compress(data) + encoder.flush(zlib.Z_SYNC_FLUSH)
    return client_frame(body[:-4] if fin else body, opcode if first else 0, fin, first)


def client_frame(body: bytes, opcode: int, fin: bool = True, compressed: bool = False) -> bytes:
    head = bytes([(fin << 7) | (compressed << 6) | opcode, 0x80 | 127])
    return head + len(body).to_bytes(8) + bytes(4) + body


class TestInflating:
    async def test_small_messages_are_there_at_once(self) -> None:
        async with connected() as rig:
            rig.protocol.data_received(deflated(b"a" * 5000) + deflated(b"text", opcode=1))
            assert rig.received() == [
                {"type": "websocket.receive", "bytes": b"a" * 5000},
                {"type": "websocket.receive", "text": "text"},
            ]
            assert not rig.loop.soon

    async def test_a_large_one_is_inflated_in_steps_and_what_follows_waits_for_it(self) -> None:
        size = 3 * transport.INFLATE_BYTES + 5
        after = client_frame(b"after", 2)
        bye = client_frame((1000).to_bytes(2), 8)

        async with connected() as rig:
            rig.protocol.data_received(deflated(bytes(size)) + after + bye)
            turns = 0
            while rig.loop.soon:
                assert rig.received() == []
                assert not rig.transport.reads
                rig.turn()
                turns += 1
            assert turns == 3
            one, two, end = rig.received()
            assert one["bytes"] == bytes(size)
            assert two["bytes"] == b"after"
            assert (end["type"], end["code"]) == ("websocket.disconnect", 1000)

    async def test_frames_of_one_message_share_a_context(self) -> None:
        data = bytes(range(256)) * 50
        encoder = zlib.compressobj(wbits=-15)
        parts = [encoder.compress(data) + encoder.flush(zlib.Z_SYNC_FLUSH) for _ in range(3)]
        parts[-1] = parts[-1][:-4]

        async with connected() as rig:
            for number, part in enumerate(parts):
                opcode, fin = (0 if number else 2), number == 2
                rig.protocol.data_received(client_frame(part, opcode, fin, number == 0))
            [message] = rig.received()
            assert message["bytes"] == data * 3

    @pytest.mark.parametrize("size", [1, transport.INFLATE_BYTES, 2 * transport.INFLATE_BYTES])
    async def test_sizes_at_the_edges_of_a_step(self, size: int) -> None:
        async with connected() as rig:
            rig.protocol.data_received(deflated(b"x" * size))
            while rig.loop.soon:
                rig.turn()
            [message] = rig.received()
            assert message["bytes"] == b"x" * size

    async def test_a_bomb_ends_its_connection_and_is_dropped(self) -> None:
        async with connected() as rig:
            rig.protocol.data_received(deflated(bytes(MAX_SIZE + 1)))
            while rig.loop.soon:
                rig.turn()
            assert (1009).to_bytes(2) in rig.written
            [end] = rig.received()
            assert end["code"] == 1009

    async def test_what_is_not_compressed_data(self) -> None:
        async with connected() as rig:
            rig.protocol.data_received(client_frame(b"\xff" * 100, 2, compressed=True))
            [end] = rig.received()
            assert end["code"] == 1002

    async def test_a_connection_that_is_lost_meanwhile(self) -> None:
        async with connected() as rig:
            rig.protocol.data_received(deflated(bytes(3 * transport.INFLATE_BYTES)))
            rig.protocol.connection_lost(None)
            rig.turn()
            assert [each["type"] for each in rig.received()] == ["websocket.disconnect"]


class TestBudget:
    @pytest.mark.anyio
    async def test_unfinished_messages_of_all_connections_are_bounded(self) -> None:
        budget = Budget(4 << 20)
        rigs = [await Rig(budget).open() for _ in range(3)]
        for rig in rigs:
            rig.protocol.data_received(deflated(bytes(3 << 20), fin=False))
            while rig.loop.soon:
                rig.turn()
        assert budget.held == 3 << 20
        assert [(1013).to_bytes(2) in rig.written for rig in rigs] == [False, True, True]
        # The first one ends its message, and there is room again.
        rigs[0].protocol.data_received(deflated(b"", fin=True, first=False))
        assert len(rigs[0].received()) == 1
        assert budget.held == 0

    @pytest.mark.anyio
    async def test_a_frame_that_has_not_fully_arrived_counts(self) -> None:
        budget = Budget(1 << 20)
        one, two = [await Rig(budget).open() for _ in range(2)]
        for rig in (one, two):
            rig.protocol.data_received(client_frame(bytes(700_000), 2)[:-1])
        assert one.transport.ended is None
        assert (1013).to_bytes(2) in two.written
        one.protocol.connection_lost(None)
        assert budget.held == 0

    @pytest.mark.anyio
    async def test_small_messages_pass_when_it_is_used_up(self) -> None:
        budget = Budget(0)
        rig = await Rig(budget).open()
        rig.protocol.data_received(client_frame(bytes(FREE_BYTES // 2), 2, fin=False))
        rig.protocol.data_received(client_frame(b"", 0))
        [message] = rig.received()
        assert len(message["bytes"]) == FREE_BYTES // 2


@pytest.mark.anyio
async def test_a_line_of_cookies_longer_than_the_librarys_bound_is_read() -> None:
    cookies = b"a=" + b"x" * 30_000
    head = HANDSHAKE.replace(b"Host: h\r\n", b"Host: h\r\nCookie: " + cookies + b"\r\n")
    rig = Rig()
    rig.protocol.connection_made(cast(Any, rig.transport))
    rig.protocol.data_received(head)
    async with asyncio.timeout(20):
        await rig.proceed.wait()
    assert rig.written.startswith(b"HTTP/1.1 101")
