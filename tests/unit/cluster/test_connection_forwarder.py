"""Connections go from worker to worker, with what was read of them."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Iterator

import pytest

from sundog.cluster import connection_forwarder as module
from sundog.cluster.cluster import Cluster
from sundog.cluster.connection_forwarder import (
    ConnectionForwarder,
    Inbox,
    make_inbox,
    receive,
    send,
)
from tests.unit.cluster.test_cluster import FakeSharedState

pytestmark = pytest.mark.skipif(not hasattr(socket, "send_fds"), reason="there is no send_fds")


class FakeConnection:
    def __init__(self, received: bytes = b"GET /") -> None:
        self.ours, self.theirs = socket.socketpair()
        self.received = received
        self.closed = False
        self.told: list[str] = []

    @property
    def descriptor(self) -> int | None:
        return None if self.closed else self.ours.fileno()

    def release(self) -> None:
        self.told.append("release")
        self.ours.close()

    def keep(self) -> None:
        self.told.append("keep")


@pytest.fixture
def inboxes() -> Iterator[list[Inbox]]:
    inboxes = [make_inbox() for _ in range(3)]
    yield inboxes
    for inbox in inboxes:
        inbox.receiver.close()
        inbox.sender.close()


@pytest.fixture
def shared_state() -> FakeSharedState:
    return FakeSharedState()


def make_forwarder(
    inboxes: list[Inbox], shared_state: FakeSharedState, number: int = 0
) -> ConnectionForwarder:
    cluster = Cluster(number, shared_state)
    return ConnectionForwarder(cluster, inboxes[number].receiver, [each.sender for each in inboxes])


@pytest.mark.parametrize("size", [1, 1000, module.MAX_INLINE, module.MAX_INLINE + 1, 300_000])
def test_a_connection_arrives_with_all_that_was_read(inboxes: list[Inbox], size: int) -> None:
    data = os.urandom(size)
    ours, theirs = socket.socketpair()
    assert send(inboxes[1].sender, ours.fileno(), data)
    ours.close()
    [(connection, received)] = receive(inboxes[1].receiver)
    assert received == data
    connection.sendall(b"hello")
    assert theirs.recv(10) == b"hello"
    connection.close()
    assert theirs.recv(10) == b""
    theirs.close()


def test_it_knows_whose_a_kernel_is(inboxes: list[Inbox], shared_state: FakeSharedState) -> None:
    forwarder = make_forwarder(inboxes, shared_state)
    ids = {Cluster(0, shared_state).worker_of(str(number)): str(number) for number in range(50)}
    assert [forwarder.other_worker_of(ids[number]) for number in range(3)] == [None, 1, 2]
    shared_state.serving[2] = False
    assert forwarder.other_worker_of(ids[2]) is None


def in_loop(scenario: Callable[[], object]) -> None:
    async def run() -> None:
        result = scenario()
        if asyncio.iscoroutine(result):
            await result

    asyncio.run(run())


def test_who_is_sent_leaves(inboxes: list[Inbox], shared_state: FakeSharedState) -> None:
    connection = FakeConnection()
    in_loop(lambda: make_forwarder(inboxes, shared_state).hand_over(2, connection))
    assert connection.told == ["release"]
    [(received, data)] = receive(inboxes[2].receiver)
    received.close()
    assert data == b"GET /"


def test_a_full_inbox_is_waited_for(inboxes: list[Inbox], shared_state: FakeSharedState) -> None:
    forwarder = make_forwarder(inboxes, shared_state)
    forwarded = [FakeConnection(b"%03d" % number + bytes(20_000)) for number in range(100)]
    taken: list[bytes] = []

    async def scenario() -> None:
        for connection in forwarded:
            forwarder.hand_over(1, connection)
        assert forwarded[-1].told == []
        receiver = make_forwarder(inboxes, shared_state, 1)
        done = asyncio.Event()

        def adopt(connection: socket.socket, data: bytes) -> None:
            connection.close()
            taken.append(data)
            if len(taken) == len(forwarded):
                done.set()

        receiver.open(adopt)
        async with asyncio.timeout(20):
            await done.wait()
        receiver.close()

    in_loop(scenario)
    # In order, and each once.
    assert taken == [connection.received for connection in forwarded]
    assert {tuple(connection.told) for connection in forwarded} == {("release",)}


def test_who_waits_for_too_long_stays(
    inboxes: list[Inbox], shared_state: FakeSharedState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    monkeypatch.setattr(module, "send", lambda *given: False)
    connection = FakeConnection()

    async def scenario() -> None:
        make_forwarder(inboxes, shared_state).hand_over(1, connection)
        while not connection.told:
            await asyncio.sleep(0)

    in_loop(scenario)
    assert connection.told == ["keep"]


def test_who_waits_for_a_worker_that_ends_stays(
    inboxes: list[Inbox], shared_state: FakeSharedState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "send", lambda *given: False)
    connection = FakeConnection()

    async def scenario() -> None:
        make_forwarder(inboxes, shared_state).hand_over(1, connection)
        shared_state.serving[1] = False
        while not connection.told:
            await asyncio.sleep(0)

    in_loop(scenario)
    assert connection.told == ["keep"]


def test_only_so_many_wait(
    inboxes: list[Inbox], shared_state: FakeSharedState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_WAITING", 1)
    monkeypatch.setattr(module, "send", lambda *given: False)
    first, second = FakeConnection(), FakeConnection()

    def scenario() -> None:
        forwarder = make_forwarder(inboxes, shared_state)
        forwarder.hand_over(1, first)
        forwarder.hand_over(1, second)

    in_loop(scenario)
    assert (first.told, second.told) == ([], ["keep"])


def test_one_that_has_been_closed_is_not_sent(
    inboxes: list[Inbox], shared_state: FakeSharedState
) -> None:
    connection = FakeConnection()
    connection.closed = True
    in_loop(lambda: make_forwarder(inboxes, shared_state).hand_over(1, connection))
    assert receive(inboxes[1].receiver) == []


def test_what_nobody_took_is_closed(inboxes: list[Inbox]) -> None:
    ours, theirs = socket.socketpair()
    assert send(inboxes[0].sender, ours.fileno(), b"GET /")
    ours.close()
    inboxes[0].drain()
    assert theirs.recv(1) == b""
    theirs.close()
