"""Which requests leave for another worker, and when they may."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
import uvicorn
from uvicorn.server import ServerState

from sundog.cluster import handover
from sundog.cluster.connection_forwarder import ForwardedConnection
from sundog.cluster.handover import HandoverProtocol
from sundog.web.http_protocol import HEAD_SECONDS
from tests.unit.web.socket.test_transport import FakeLoop

THEIRS = b"GET /_sundog/kernel/theirs.mac/socket?v=1 HTTP/1.1\r\nHost: h\r\n\r\n"
OURS = b"GET /_sundog/kernel/ours.mac/socket HTTP/1.1\r\nHost: h\r\n\r\n"
PAGE = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"


class FakeTransport:
    def __init__(self) -> None:
        self.written = b""
        self.unsent = 0
        self.reading = True
        self.closed = ""

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        if name == "socket":
            address = ("127.0.0.1", 1)
            return SimpleNamespace(
                fileno=lambda: 42,
                getsockname=lambda: address,
                getpeername=lambda: address,
                family=2,
            )
        return default

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def write(self, data: bytes) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return bool(self.closed)

    def close(self) -> None:
        self.closed = "close"

    def abort(self) -> None:
        self.closed = "abort"

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True


class FakeDesk:
    def __init__(self) -> None:
        self.forwarded: list[ForwardedConnection] = []

    def other_worker_of(self, kernel_id: str) -> int | None:
        return 1 if kernel_id.startswith("theirs") else None

    def hand_over(self, number: int, connection: ForwardedConnection) -> None:
        assert number == 1
        self.forwarded.append(connection)


class Rig:
    """A connection whose requests are noted when they begin to be answered."""

    def __init__(self, received: bytes = b"") -> None:
        self.paths: list[str] = []
        self.bodies: list[bytes] = []
        self.answer = asyncio.Event()
        self.answer.set()
        self.forwarder = FakeDesk()
        self.loop = FakeLoop()
        self.transport = FakeTransport()
        self.protocol = HandoverProtocol(
            uvicorn.Config(cast(Any, self.application), interface="asgi3", log_config=None),
            ServerState(),
            {},
            cast(Any, self.loop),
            forwarder=self.forwarder,
            received=received,
        )
        self.protocol.connection_made(cast(asyncio.Transport, self.transport))

    async def application(self, scope: Any, receive: Any, send: Any) -> None:
        self.paths.append(scope["path"])
        message = await receive()
        body = message["body"]
        while message.get("more_body"):
            message = await receive()
            body += message["body"]
        self.bodies.append(body)
        await self.answer.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def feed(self, *parts: bytes) -> None:
        for part in parts:
            self.protocol.data_received(part)

    @property
    def left(self) -> bool:
        return bool(self.forwarder.forwarded)


def scenario(function: Callable[[Rig], Any]) -> Callable[[], None]:
    """Run a test on an event loop."""

    def test() -> None:
        async def run() -> None:
            await function(Rig())

        asyncio.run(run())

    test.__name__ = function.__name__
    return test


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("request_", "leaves"),
    [
        (THEIRS, True),
        (OURS, False),
        (PAGE, False),
        (THEIRS.replace(b"GET", b"POST"), True),
        (b"\r\n" + THEIRS, True),
        (THEIRS.replace(b"/_sundog", b"/apps/weather/_sundog"), True),
        (THEIRS.replace(b"/_sundog", b"http://host/_sundog"), True),
        (PAGE.replace(b"/ ", b"/?next=/_sundog/kernel/theirs/ "), False),
        (PAGE.replace(b"Host: h", b"Host: h\r\nX: GET /_sundog/kernel/theirs/socket"), False),
    ],
)
def test_the_path_decides(request_: bytes, leaves: bool) -> None:
    async def run() -> None:
        # However the request is cut into pieces.
        for cut in (len(request_), 1, 7, 30):
            rig = Rig()
            rig.feed(*(request_[at : at + cut] for at in range(0, len(request_), cut)))
            await settle()
            assert rig.left == leaves
            assert len(rig.paths) == (not leaves)
            if leaves:
                [connection] = rig.forwarder.forwarded
                assert connection.descriptor == 42
                assert connection.received == request_
                assert not rig.transport.reading

    asyncio.run(run())


@scenario
async def test_leaving_closes_nothing_but_the_descriptor(rig: Rig) -> None:
    rig.feed(THEIRS)
    rig.forwarder.forwarded[0].release()
    assert rig.transport.closed == "abort"
    assert rig.transport.written == b""
    assert rig.forwarder.forwarded[0].descriptor is None


@scenario
async def test_what_can_not_leave_is_answered_here(rig: Rig) -> None:
    rig.feed(THEIRS)
    rig.forwarder.forwarded[0].keep()
    await settle()
    assert rig.transport.reading
    assert rig.paths == ["/_sundog/kernel/theirs.mac/socket"]


@scenario
async def test_a_connection_may_leave_after_it_was_used(rig: Rig) -> None:
    rig.feed(PAGE)
    await settle()
    assert rig.transport.written.startswith(b"HTTP/1.1 204")
    rig.feed(THEIRS)
    assert rig.left


@scenario
async def test_not_before_the_former_answer_is_complete(rig: Rig) -> None:
    rig.answer.clear()
    rig.feed(PAGE)
    await settle()
    rig.feed(THEIRS)
    rig.answer.set()
    await settle()
    assert not rig.left
    assert rig.paths == ["/", "/_sundog/kernel/theirs.mac/socket"]


@scenario
async def test_not_before_the_former_answer_is_sent(rig: Rig) -> None:
    rig.feed(PAGE)
    await settle()
    rig.transport.unsent = 1
    rig.feed(THEIRS)
    await settle()
    assert not rig.left
    assert len(rig.paths) == 2


@scenario
async def test_what_looks_like_a_request_in_a_body_is_none(rig: Rig) -> None:
    rig.feed(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % len(THEIRS))
    await settle()
    rig.feed(THEIRS)
    await settle()
    assert not rig.left
    assert rig.bodies == [THEIRS]


@scenario
async def test_a_first_line_may_take_some_time_and_no_more(rig: Rig) -> None:
    rig.feed(b"GET /_sun")
    assert rig.transport.closed == ""
    rig.feed(b"dog/ker")
    assert len(rig.loop.timers) == 1
    assert rig.loop.go_off() == HEAD_SECONDS
    assert rig.transport.closed == "close"


@scenario
async def test_a_line_that_is_complete_has_no_timer(rig: Rig) -> None:
    rig.answer.clear()
    rig.feed(PAGE[:5], PAGE[5:])
    await settle()
    assert all(timer.cancelled for timer in rig.loop.timers)
    assert rig.paths == ["/"]


@scenario
async def test_a_line_without_end_is_not_kept(rig: Rig) -> None:
    rig.feed(b"GET /" + b"x" * handover.MAX_LINE)
    assert rig.protocol.received == b""
    rig.feed(b" HTTP/1.1\r\n\r\n")
    await settle()
    assert len(rig.paths) == 1


@scenario
async def test_what_is_no_request_is_refused_at_once(rig: Rig) -> None:
    rig.feed(b"\x16\x03\x01")
    assert rig.transport.written.startswith(b"HTTP/1.1 400")


def test_what_another_worker_sent_is_answered_here() -> None:
    async def run() -> None:
        # Even if this one would send it back.
        rig = Rig(received=THEIRS)
        await settle()
        assert not rig.left
        assert rig.paths == ["/_sundog/kernel/theirs.mac/socket"]
        # The next request may be another one's.
        rig.feed(THEIRS)
        assert rig.left

    asyncio.run(run())
