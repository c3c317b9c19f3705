"""What TCP tells of a peer, with real sockets."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Iterator

import pytest

from sundog.web.socket.delivery import Delivery
from tests.kernels import eventually


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with socket.create_connection(server.getsockname()) as ours:
            theirs, _ = server.accept()
            with theirs:
                yield ours, theirs


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_what_the_peer_has_and_what_it_lacks(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    delivery = Delivery(ours)
    before = delivery.acknowledged()
    assert before is not None
    ours.sendall(b"x" * 100)
    eventually(lambda: delivery.acknowledged() == before + 100)
    assert delivery.waiting() == 0
    # A peer that does not read takes only so much.
    ours.setblocking(False)
    sent = 100
    with contextlib.suppress(BlockingIOError):
        while True:
            sent += ours.send(b"x" * 65536)
    eventually(lambda: 0 < delivery.waiting() == before + sent - (delivery.acknowledged() or 0))
    theirs.settimeout(20)
    had = delivery.acknowledged() or 0
    for _ in range(sent // 65536):
        theirs.recv(65536)
    eventually(lambda: (delivery.acknowledged() or 0) > had)


def test_where_the_system_tells_nothing() -> None:
    one, other = socket.socketpair()
    with one, other:
        for delivery in (Delivery(one), Delivery(None)):
            assert delivery.acknowledged() is None
            assert delivery.waiting() == 0


def test_a_closed_socket_tells_nothing(pair: tuple[socket.socket, socket.socket]) -> None:
    delivery = Delivery(pair[0])
    pair[0].close()
    assert delivery.acknowledged() is None
    assert delivery.waiting() == 0
