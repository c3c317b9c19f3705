"""Whoever is refused is told why and when to come again; it is counted, and hurts nobody else."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sundog.registry import capacity as capacity
from sundog.server import Server, composition
from sundog.web import http_protocol
from tests.patience import PATIENCE
from tests.servers import Browser, RawSocket, make_server

APP = "import ipywidgets as widgets\nwidgets.IntSlider()\n"


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Any]:
    servers: list[Server] = []

    def make(**settings: Any) -> Server:
        servers.append(make_server(tmp_path, APP, **settings).start())
        return servers[-1]

    yield make
    for server in servers:
        server.stop()


def refusal(connection: RawSocket) -> dict[str, Any]:
    """Return what a refused socket is told."""
    with connection:
        assert connection.status == 101
        told = connection.read()
        assert connection.close_code() == 4003
    assert told.keys() == {"type", "text", "retry_after"}
    assert told["type"] == "refused"
    assert told["text"].endswith(".")
    assert isinstance(told["retry_after"], int)
    assert told["retry_after"] >= 1
    return told  # type: ignore[no-any-return]


def test_handshakes_of_an_address(serve: Any, caplog: pytest.LogCaptureFixture) -> None:
    server = serve(handshake_rate=1, handshake_burst=3)
    with Browser(server) as browser:
        page = browser.open()

        def check(address: str) -> RawSocket:
            # The trusted proxy of the defaults is this machine.
            return browser.connect(page, X_Forwarded_For=address)

        for _ in range(3):
            with check("203.0.113.1") as connection:
                assert connection.read()["type"] == "welcome"
        for _ in range(20):
            refusal(check("203.0.113.1"))
        # What a client says of itself is not whom its proxy saw.
        refusal(check("203.0.113.7, 203.0.113.1"))
        with check("203.0.113.2") as connection:
            assert connection.read()["type"] == "welcome"
    # Some are logged, and nobody fills the log.
    assert len([message for message in caplog.messages if "refused" in message]) == 1
    assert "203.0.113.1" in caplog.text


def test_connections(serve: Any) -> None:
    server = serve(max_connections=2)
    with Browser(server) as browser:
        page = browser.open()
        with browser.attach(page), browser.attach(browser.open()):
            refusal(browser.connect(browser.open()))


def test_connections_of_a_session(serve: Any) -> None:
    server = serve(max_connections_per_session=1)
    with Browser(server) as browser, Browser(server) as another:
        page = browser.open()
        with browser.attach(page):
            refusal(browser.connect(browser.open()))
            with another.attach(another.open()):
                pass


def test_a_page_that_reconnects_does_not_count_twice(serve: Any) -> None:
    server = serve(max_connections=1, max_connections_per_session=1)
    with Browser(server) as browser:
        page = browser.open()
        # The server has not heard that the old one is gone.
        with browser.attach(page) as old, browser.attach(page):
            assert old.close_code() == 4002


@pytest.mark.parametrize(
    ("limit", "words"),
    [("kernel_max_count", "The server is full"), ("kernel_max_per_session", "Close some of")],
)
def test_kernels(serve: Any, limit: str, words: str) -> None:
    server = serve(**{limit: 1})
    with Browser(server) as browser:
        early, late = browser.open(), browser.open()
        with browser.attach(early):
            refusal(browser.connect(late))
            answer = browser.http.get("/")
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) >= 1
            assert words in answer.text
            browser.http.post(early.close_path, headers={"Origin": browser.origin})
        # Its place is free as soon as it has ended.
        while browser.http.get("/").status_code == 503:
            pass
        with browser.attach(late):
            pass


def test_memory(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    used = [0]
    monkeypatch.setattr(capacity.Capacity, "over_memory", lambda self: used[0] > 0)
    server = serve(memory_limit=1 << 30)
    with Browser(server) as browser:
        page, other, late = browser.open(), browser.open(), browser.open()
        with browser.attach(page):
            used[0] = 1
            # All have pages.
            refusal(browser.connect(other))
            assert browser.http.get("/").status_code == 503
        # One was left: it makes room.
        while browser.http.get("/").status_code == 503:
            pass
        with browser.attach(late), browser.connect(page, page.socket_path(seen=1)) as ended:
            assert ended.close_code() == 4001


# Heads of requests, and descriptors --------------------------------------------------------------


def read_all(raw: socket.socket) -> bytes:
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        while data := raw.recv(65536):
            answer += data
    return answer


@pytest.mark.parametrize("part", ["a header", "many headers", "the path"])
def test_a_head_without_end(serve: Any, caplog: pytest.LogCaptureFixture, part: str) -> None:
    server = serve()
    begin, more = {
        "a header": (b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: ", b"x" * 4096),
        "many headers": (b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-Many: x\r\n" * 400),
        "the path": (b"GET /", b"x" * 4096),
    }[part]
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as raw:
        raw.sendall(begin)
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 100 * http_protocol.MAX_HEAD_BYTES:
                raw.sendall(more)
                sent += len(more)
        # Of what was sent, the systems of both ends hold some.
        assert sent < 90 * http_protocol.MAX_HEAD_BYTES
        read_all(raw)
    assert "head has more than 65536 bytes" in caplog.text
    with Browser(server) as browser, browser.attach(browser.open()):
        pass


def test_a_head_that_is_just_too_long_is_told_so(serve: Any) -> None:
    server = serve()
    head = b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * http_protocol.MAX_HEAD_BYTES
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as raw:
        raw.sendall(head)
        assert read_all(raw).startswith(b"HTTP/1.1 431 ")


def test_a_head_that_does_not_come_is_not_waited_for(
    serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.2)
    server = serve()
    for begin in (b"", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"):
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as raw:
            raw.sendall(begin)
            assert read_all(raw) == b""
    # A socket whose head has come stays.
    with Browser(server) as browser, browser.attach(browser.open()) as connection:
        for _ in range(8):
            connection.send({"type": "ping"})
            while connection.read() != {"type": "pong"}:
                pass
            threading.Event().wait(0.05)


def test_a_long_body_is_no_head(serve: Any) -> None:
    server = serve()
    body = b"x" * (3 * http_protocol.MAX_HEAD_BYTES)
    with httpx.Client(base_url=server.url) as client:
        for _ in range(3):
            # On one connection: each head is counted by itself.
            path = "/_sundog/kernel/x/close"
            assert client.post(path, content=body).status_code == 204


def test_cookies_of_other_servers_on_the_host(serve: Any) -> None:
    server = serve()
    with Browser(server) as browser:
        page = browser.open()
        others = "; ".join(f"other{number}={'x' * 3000}" for number in range(15))
        with browser.connect(page, Cookie=f"{others}; {browser.cookie}") as connection:
            assert connection.read()["type"] == "welcome"


def test_at_the_last_descriptor_connections_are_told_and_the_others_go_on(
    serve: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    highest = max(map(int, os.listdir("/proc/self/fd")))
    monkeypatch.setattr(composition, "last_descriptor", lambda limit: highest + 40)
    server = serve()
    with contextlib.ExitStack() as stack, Browser(server) as browser:
        connection = stack.enter_context(browser.attach(browser.open()))
        while True:
            raw = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
            stack.enter_context(raw)
            raw.sendall(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            answer = raw.recv(65536)
            if not answer.startswith(b"HTTP/1.1 200"):
                break
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"Retry-After: 10" in answer
        assert b"The server is full" in answer
        assert "too many files open; see ulimit -n" in caplog.text
        connection.send({"type": "ping"})
        while connection.read() != {"type": "pong"}:
            pass
    # There is room again.
    with Browser(server) as browser, browser.attach(browser.open()):
        pass
