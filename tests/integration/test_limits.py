"""Whoever is refused is told why and when to come again; it is counted, and hurts nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sundog.registry import capacity as capacity
from sundog.server import Server
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
