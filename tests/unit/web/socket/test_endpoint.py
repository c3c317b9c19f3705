"""The kernel's WebSocket as an ASGI application, without a server."""

from __future__ import annotations

import asyncio
import json
import struct
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from sundog.ids import KernelId, SessionId
from sundog.kernel.comm import KernelComm
from sundog.kernel.kernel import VirtualKernel
from sundog.kernel.messages.retention import OutboxLimits
from sundog.protocol.parts import PART_BYTES
from sundog.registry.attachment import Attachment
from sundog.registry.registry import Registry, RegistryLimits
from sundog.scheduler.driver import Engine
from sundog.web.access.refusals import Refusals
from sundog.web.socket import connection as connection_module
from sundog.web.socket.endpoint import KernelSocket
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio

Message = dict[str, Any]


class FakeGate:
    """Lets in what a test says."""

    def __init__(self) -> None:
        self.refusals = Refusals()
        self.origin = True
        self.session: str | None = "session"
        self.owner = "session"

    def origin_allowed(self, scope: Any) -> bool:
        return self.origin

    def session_for(self, scope: Any, kernel_id: KernelId, token: str = "") -> SessionId | None:
        return SessionId(self.owner) if self.owner in (self.session, token) else None


class Client:
    """A browser's end of one WebSocket."""

    def __init__(self, app: KernelSocket, query: str, kernel: str = "k") -> None:
        self._incoming: asyncio.Queue[Message] = asyncio.Queue()
        self._outgoing: asyncio.Queue[Message] = asyncio.Queue()
        self.access_policy = asyncio.Event()
        self.access_policy.set()
        self.error: Exception | None = None
        scope = {
            "type": "websocket",
            "scheme": "ws",
            "query_string": query.encode(),
            "path_params": {"kernel_id": kernel},
            "headers": [],
        }
        self._incoming.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.create_task(app(scope, self._incoming.get, self._take))

    async def _take(self, message: Any) -> None:
        await self.access_policy.wait()
        if self.error is not None:
            raise self.error
        self._outgoing.put_nowait(message)
        if message["type"] == "websocket.close":
            # As ASGI servers do.
            self._incoming.put_nowait({"type": "websocket.disconnect", "code": message["code"]})

    def send(self, frame: Any) -> None:
        if isinstance(frame, bytes):
            self._incoming.put_nowait({"type": "websocket.receive", "bytes": frame})
            return
        text = frame if isinstance(frame, str) else json.dumps(frame)
        self._incoming.put_nowait({"type": "websocket.receive", "text": text})

    def leave(self) -> None:
        self._incoming.put_nowait({"type": "websocket.disconnect", "code": 1006})

    async def raw(self) -> Message:
        async with asyncio.timeout(PATIENCE):
            return await self._outgoing.get()

    async def frame(self) -> Any:
        """Return the next frame's JSON."""
        message = await self.raw()
        assert message["type"] == "websocket.send", message
        return json.loads(message["text"])

    async def welcome(self) -> Any:
        assert await self.raw() == {"type": "websocket.accept"}
        welcome = await self.frame()
        assert welcome["type"] == "welcome"
        return welcome

    async def until(self, wanted: Callable[[Any], bool]) -> Any:
        while True:
            frame = await self.frame()
            if wanted(frame):
                return frame

    async def close_code(self) -> int:
        """Return the code with which the server closes, after whatever else it says."""
        while True:
            message = await self.raw()
            if message["type"] == "websocket.close":
                return int(message["code"])

    async def end(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self.task

    def nothing_came(self) -> bool:
        return self._outgoing.empty()


class World:
    """A server without HTTP: sockets, a registry and its kernels."""

    def __init__(self, engine: Engine, **arguments: Any) -> None:
        self.access_policy = FakeGate()
        self.start: Callable[[VirtualKernel], object] = lambda kernel: None
        self.registry = Registry(
            make=lambda visitor: VirtualKernel(
                visitor.kernel_id,
                visitor.session_id,
                engine,
                request=visitor.request,
                limits=arguments.get("outbox"),
            ),
            start=lambda kernel: self.start(kernel),
            limits=RegistryLimits(max_count=arguments.get("max_count")),
        )
        self.app = KernelSocket(self.registry, self.access_policy)
        self.clients: list[Client] = []

    def connect(self, page: str = "p", seen: int = 0, kernel: str = "k") -> Client:
        return self.open(f"v=1&page={page}&seen={seen}", kernel)

    def open(self, query: str, kernel: str = "k") -> Client:
        self.clients.append(Client(self.app, query, kernel))
        return self.clients[-1]

    def kernel(self, kernel_id: str = "k") -> VirtualKernel:
        return self.registry._entries[KernelId(kernel_id)].kernel

    async def opened(self) -> tuple[Client, VirtualKernel, KernelComm]:
        """Return a connected client, and its kernel with a comm "c"."""
        client = self.connect()
        await client.welcome()
        comm = KernelComm(self.kernel().comms, comm_id="c")
        await client.until(lambda frame: frame[2] == [["open", "c", "comm", {}, {}]])
        return client, self.kernel(), comm


Running = Callable[..., AbstractAsyncContextManager[World]]


@pytest.fixture
def running(engine: Engine) -> Running:
    """Makes a world for a body, and ends that world."""

    @asynccontextmanager
    async def running(**arguments: Any) -> AsyncIterator[World]:
        world = World(engine, **arguments)
        yield world
        await world.registry.shutdown(PATIENCE)
        for client in world.clients:
            client.access_policy.set()
            client.leave()
            await client.end()

    return running


class TestTokens:
    """What proves a page's session that has no cookie for it."""

    async def test_a_token_is_waited_for_where_the_cookie_proves_nothing(
        self, running: Running
    ) -> None:
        async with running() as world:
            world.access_policy.session = None
            client = world.open("v=1&page=p&token=1")
            for _ in range(10):
                await asyncio.sleep(0)
            assert len(world.registry) == 0
            client.send({"type": "token", "token": "session"})
            assert (await client.welcome())["mode"] == "new"

    @pytest.mark.parametrize(
        "first",
        [
            {"type": "token", "token": "another"},
            {"type": "token", "token": ""},
            {"type": "token", "token": "x" * 5000},
            {"type": "token"},
            {"type": "ping"},
            [0, 1, []],
            "nonsense",
            b"session",
        ],
    )
    async def test_anything_else_is_an_unknown_kernel(self, running: Running, first: Any) -> None:
        async with running() as world:
            world.access_policy.session = "other"
            client = world.open("v=1&page=p&token=1")
            client.send(first)
            assert await client.close_code() == 4001
            assert len(world.registry) == 0

    async def test_who_announces_none_is_not_waited_for(self, running: Running) -> None:
        async with running() as world:
            world.access_policy.session = None
            client = world.open("v=1&page=p")
            assert await client.close_code() == 4001

    async def test_who_does_not_send_it_is_let_go(
        self, running: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connection_module, "TOKEN_SECONDS", 0)

        async with running() as world:
            world.access_policy.session = None
            client = world.open("v=1&page=p&token=1")
            async with asyncio.timeout(PATIENCE):
                await client.task
            assert len(world.registry) == 0

    async def test_a_token_is_not_needed_beside_the_cookie(self, running: Running) -> None:
        async with running() as world:
            client = world.open("v=1&page=p&token=1")
            await client.welcome()
            client.send({"type": "token", "token": "whatever"})
            client.send({"type": "ping"})
            await client.until(lambda frame: frame == {"type": "pong"})


class TestHandshake:
    async def test_a_wrong_origin_is_refused_before_the_socket_is_accepted(
        self, running: Running
    ) -> None:
        async with running() as world:
            world.access_policy.origin = False
            client = world.connect()
            assert (await client.raw())["type"] == "websocket.close"
            assert len(world.registry) == 0

    @pytest.mark.parametrize(
        "query",
        [
            "",
            "page=",
            "seen=0",
            "page=p&seen=-1",
            "page=p&seen=x",
            "page=p&seen=1.5",
            "page=p&seen=%C2%B2",
            "page=p&seen=" + "9" * 16,
            "page=" + "p" * 65,
            "page=p&at=elsewhere",
            "page=p&at=http://evil.example/",
            "page=p&at=/%00",
            "page=p&at=/%5Cevil.example",
            "page=p&at=/" + "x" * 4096,
        ],
    )
    async def test_so_is_a_wrong_address(self, running: Running, query: str) -> None:
        async with running() as world:
            client = world.open(query)
            assert (await client.raw())["type"] == "websocket.close"

    @pytest.mark.parametrize("session", [None, "other"])
    async def test_without_the_session_a_kernel_is_unknown(
        self, running: Running, session: str | None
    ) -> None:
        async with running() as world:
            mine, kernel, _ = await world.opened()
            world.access_policy.session = session
            thief = world.connect("q")
            assert await thief.raw() == {"type": "websocket.accept"}
            assert await thief.raw() == {"type": "websocket.close", "code": 4001}
            unknown = world.connect("q", kernel="unknown")
            assert await unknown.raw() == {"type": "websocket.accept"}
            assert await unknown.raw() == {"type": "websocket.close", "code": 4001}
            assert kernel.page_count == 1
            assert mine.nothing_came()

    async def test_a_kernel_that_has_ended_says_so(self, running: Running) -> None:
        async with running() as world:
            client = world.connect(seen=5)
            assert await client.close_code() == 4001

    async def test_where_there_is_no_room_the_page_hears_when_to_come_again(
        self, running: Running
    ) -> None:
        async with running(max_count=0) as world:
            client = world.connect()
            assert await client.raw() == {"type": "websocket.accept"}
            refused = await client.frame()
            assert refused["type"] == "refused"
            assert refused["retry_after"] > 0
            assert await client.close_code() == 4003

    async def test_a_client_that_left_during_the_handshake(self, running: Running) -> None:
        async with running() as world:
            client = world.connect()
            client.error = OSError("gone")
            await client.end()
            assert len(world.registry) == 0


class TestWelcome:
    async def test_a_new_kernel(self, running: Running) -> None:
        async with running() as world:
            world.start = lambda kernel: kernel.output.publisher("")({"output_type": "x"})
            client = world.connect()
            assert await client.welcome() == {
                "type": "welcome",
                "mode": "new",
                "seq": 0,
                "received": 0,
                "ack": 0,
                "part": PART_BYTES,
            }
            assert await client.frame() == [0, 1, [["output", "", {"output_type": "x"}]]]

    async def test_it_comes_before_anything_else(self, running: Running) -> None:
        async with running() as world:
            client = world.connect()
            for _ in range(3):
                client.send({"type": "ping"})
            await client.welcome()
            assert await client.frame() == {"type": "pong"}

    async def test_a_page_resumes(self, running: Running) -> None:
        async with running() as world:
            client, _, comm = await world.opened()
            client.send([1, 1, [["msg", "c", {}], ["msg", "c", {}]]])
            await client.until(lambda frame: frame[0] == 2)
            client.leave()
            await client.end()
            comm.send({"n": 1})
            comm.send({"n": 2})
            again = world.connect(seen=1)
            assert await again.welcome() == {
                "type": "welcome",
                "mode": "resume",
                "seq": 1,
                "received": 2,
                "ack": 2,
                "part": PART_BYTES,
            }
            messages = [["msg", "c", {"n": 1}], ["msg", "c", {"n": 2}]]
            assert await again.frame() == [2, 2, messages]

    async def test_past_the_ring_the_state_comes_between_welcome_and_synced(
        self, running: Running
    ) -> None:
        async with running(outbox=OutboxLimits(replay_messages=2)) as world:
            client, kernel, comm = await world.opened()
            client.leave()
            await client.end()
            for number in range(20):
                comm.send({"n": number})
            release = threading.Event()
            kernel.submit(lambda: release.wait(PATIENCE))
            again = world.connect(seen=1)
            welcome = await again.welcome()
            assert welcome["mode"] == "sync"
            assert welcome["seq"] == 21
            comm.send({"before": "the state"})
            release.set()

            assert await again.frame() == [0, 0, [["open", "c", "comm", {}, {}]]]
            assert await again.frame() == {"type": "synced", "seq": 22}
            comm.send({"after": "it"})
            assert await again.frame() == [0, 23, [["msg", "c", {"after": "it"}]]]

    async def test_a_first_run_that_outran_its_page(
        self, running: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with running(outbox=OutboxLimits(replay_messages=2)) as world:
            published = threading.Event()
            connect = world.registry.connect

            def connect_late(*args: Any, **arguments: Any) -> Attachment:
                attachment = connect(*args, **arguments)
                assert published.wait(PATIENCE)
                return attachment

            def start(kernel: VirtualKernel) -> None:
                comm = KernelComm(kernel.comms, comm_id="c")
                for number in range(5):
                    comm.send({"n": number})
                published.set()

            monkeypatch.setattr(world.registry, "connect", connect_late)
            world.start = start
            client = world.connect()
            # More has been published than is kept for a page that is not there.
            assert (await client.welcome())["mode"] == "sync"
            assert await client.frame() == [0, 0, [["open", "c", "comm", {}, {}]]]
            assert await client.frame() == {"type": "synced", "seq": 6}


class TestMessages:
    async def test_both_ways(self, running: Running) -> None:
        async with running() as world:
            client, _, comm = await world.opened()
            comm.on_msg(lambda message: comm.send({"echo": message["content"]["data"]}))
            client.send([1, 1, [["msg", "c", {"x": 1}]]])
            assert await client.frame() == [1, 2, [["msg", "c", {"echo": {"x": 1}}]]]

    async def test_an_acknowledgement_of_its_own(self, running: Running) -> None:
        async with running() as world:
            client, _, _ = await world.opened()
            client.send([1, 1, [["msg", "c"]]])
            assert await client.frame() == [1, 2, []]

    async def test_buffers_both_ways(self, running: Running) -> None:
        async with running() as world:
            client, _, comm = await world.opened()
            comm.on_msg(lambda message: comm.send({}, buffers=message["buffers"]))
            header = b'[1,1,[["msg","c"]],[[2]]]'
            client.send(struct.pack(">I", len(header)) + header + b"xy")
            frame = (await client.raw())["bytes"]
            (length,) = struct.unpack_from(">I", frame)
            assert json.loads(frame[4 : 4 + length]) == [1, 2, [["msg", "c", {}]], [[2]]]
            assert frame[4 + length :] == b"xy"

    async def test_a_first_render_is_few_frames(self, running: Running) -> None:
        async with running() as world:

            def build(kernel: VirtualKernel) -> None:
                for _ in range(300):
                    KernelComm(kernel.comms)

            world.start = build
            client = world.connect()
            await client.welcome()
            frames = [await client.frame()]
            while sum(len(frame[2]) for frame in frames) < 300:
                frames.append(await client.frame())
            assert len(frames) <= 3

    async def test_a_slow_client_keeps_nobody_waiting(self, running: Running) -> None:
        async with running() as world:
            slow, kernel, comm = await world.opened()
            fast = world.connect("q")
            await fast.welcome()
            slow.access_policy.clear()
            for number in range(100):
                comm.send({"n": number})
            await fast.until(lambda frame: frame[2][-1:] == [["msg", "c", {"n": 99}]])
            assert slow.nothing_came()
            slow.access_policy.set()
            await slow.until(lambda frame: frame[2][-1:] == [["msg", "c", {"n": 99}]])
            assert not kernel.closed

    async def test_one_that_is_too_slow_must_synchronise(self, running: Running) -> None:
        async with running(outbox=OutboxLimits(replay_messages=2, backlog_bytes=1000)) as world:
            slow, _, comm = await world.opened()
            slow.access_policy.clear()
            for number in range(100):
                comm.send({"n": number, "padding": "x" * 100})
                await asyncio.sleep(0)
            slow.access_policy.set()
            assert await slow.close_code() == 1013
            await slow.end()


class TestEnds:
    @pytest.mark.parametrize(
        ("frame", "code"),
        [
            ("nonsense", 1007),
            ('{"type":"unknown"}', 1007),
            ("[0,1,[" + "[" * 10_000, 1007),
            ('[0,7,[["msg","c",{}]]]', 1007),
            (b"\xff\xff\xff\xff", 1007),
            (b"", 1007),
        ],
    )
    async def test_a_bad_frame_ends_the_connection_and_nothing_else(
        self, running: Running, frame: Any, code: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with running() as world:
            client, kernel, _ = await world.opened()
            client.send(frame)
            client.send([1, 1, [["msg", "c"]]])
            assert await client.close_code() == code
            await client.end()
            assert not kernel.closed
            again = world.connect(seen=1)
            assert (await again.welcome())["received"] == 0
        assert "a frame" in caplog.text
        assert all(record.getMessage().isprintable() for record in caplog.records)

    async def test_a_newer_connection_takes_over(self, running: Running) -> None:
        async with running() as world:
            old, kernel, comm = await world.opened()
            new = world.connect(seen=1)
            await new.welcome()
            assert await old.close_code() == 4002
            await old.end()
            comm.send({"n": 1})
            assert await new.frame() == [0, 2, [["msg", "c", {"n": 1}]]]
            assert kernel.page_count == 1

    async def test_an_old_connection_that_hangs_harms_nobody(self, running: Running) -> None:
        async with running() as world:
            old, _, comm = await world.opened()
            old.access_policy.clear()
            comm.send({"n": 1})
            await asyncio.sleep(0.01)
            new = world.connect(seen=1)
            await new.welcome()
            comm.send({"n": 2})
            messages: list[Any] = []
            while len(messages) < 2:
                messages += (await new.frame())[2]
            assert [message[2]["n"] for message in messages] == [1, 2]
            old.access_policy.set()
            assert await old.close_code() == 4002

    async def test_a_page_that_leaves_keeps_its_kernel(self, running: Running) -> None:
        async with running() as world:
            client, kernel, _ = await world.opened()
            client.leave()
            await client.end()
            assert not kernel.closed
            [page] = kernel.pages.values()
            assert page.reader.notify is None

    async def test_a_kernel_that_ends_says_so(self, running: Running) -> None:
        async with running() as world:
            client, _, _ = await world.opened()
            other = world.connect("q")
            await other.welcome()
            await other.frame()
            for page in ("p", "q"):
                world.registry.close_page(
                    KernelId("k"),
                    SessionId("session"),
                    world.kernel().pages[page].id,  # type: ignore[index]
                )
            assert await client.close_code() == 4001
            assert await other.close_code() == 4001
            late = world.connect("r")
            assert await late.close_code() == 4001

    async def test_a_server_that_stops_says_so(self, running: Running) -> None:
        async with running() as world:
            client, _, _ = await world.opened()
            await world.registry.shutdown(PATIENCE)
            assert await client.frame() == {"type": "closing", "reason": "shutdown"}
            assert await client.close_code() == 1012
            await client.end()

    async def test_a_message_for_a_kernel_that_has_just_ended(self, running: Running) -> None:
        async with running() as world:
            client, kernel, _ = await world.opened()
            ended = threading.Event()
            kernel.close(ended.set)
            assert await asyncio.to_thread(ended.wait, PATIENCE)
            client.send([1, 1, [["msg", "c"]]])
            assert await client.close_code() == 4001

    @pytest.mark.parametrize(
        "error", [OSError("gone"), RuntimeError("after sending 'websocket.close'")]
    )
    async def test_a_client_that_is_gone_is_no_error_of_ours(
        self, running: Running, error: Exception, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with running() as world:
            client, _, comm = await world.opened()
            client.error = error
            comm.send({})
            client.send({"type": "ping"})
            client.leave()
            await client.end()
        assert caplog.text == ""

    async def test_an_error_of_ours_closes_the_socket(
        self, running: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with running() as world:
            client, kernel, comm = await world.opened()
            with monkeypatch.context() as patched:
                patched.setattr(connection_module, "encode_batch", lambda *_: 1 / 0)
                comm.send({})
                assert await client.close_code() == 1011
                await client.end()
            assert not kernel.closed
        assert "ZeroDivisionError" in caplog.text

    async def test_many_that_come_and_go_leave_nothing(self, running: Running) -> None:
        async with running() as world:
            for number in range(50):
                client = world.connect(kernel=f"k{number}")
                await client.welcome()
                world.registry.close_page(
                    KernelId(f"k{number}"),
                    SessionId("session"),
                    next(iter(world.kernel(f"k{number}").pages)),
                )
                await client.close_code()
                await client.end()
            async with asyncio.timeout(PATIENCE):
                while len(world.registry):
                    await asyncio.sleep(0.001)
            assert not world.registry._entries.per_session
            assert world.registry.seconds_to_next_deadline() is None
