"""Which sites' pages may speak to the server, and under which names it answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sundog.config import Mode
from sundog.server import Server
from tests.integration.security.conftest import APP
from tests.servers import Browser, RawSocket, make_server, request

# What a site could send that wants to be taken for http://localhost:{port}, or for the allowed
# https://good.com.
FOREIGN = [
    "http://evil.example",
    "http://localhost:{port}.evil.example",
    "http://localhost.evil.example:{port}",
    "http://evil.example:{port}",
    "null",
    "",
    "http://localhost",
    "http://localhost:80",
    "http://localhost:{other}",
    "https://localhost:{port}",
    "http://127.0.0.1:{port}",
    "http://[::1]:{port}",
    "http://localhost.:{port}",
    "http://localhost:{port}.",
    "http://localhost:{port}/",
    "http://localhost:{port}/path",
    "http://localhost:{port}?",
    "http://localhost:0{port}",
    "http://localhost:{port}@evil.example",
    "http://evil.example@localhost:{port}",
    "http://user:password@localhost:{port}",
    "http://localhost:{port} http://evil.example",
    "http://localhost:{port}, http://evil.example",
    "http://localhost:{port}\thttp://evil.example",
    "http:localhost:{port}",
    "//localhost:{port}",
    "localhost:{port}",
    "ws://localhost:{port}",
    "file://",
    "chrome-extension://localhost:{port}",
    "http://good.com",
    "https://good.com:444",
    "https://good.com.evil.com",
    "https://evil-good.com",
    "https://evilgood.com",
    "https://sub.good.com",
    "https://good.com.",
    "https://good.com%00.evil.com",
    "https://good.com@evil.com",
    "https://evil.com#good.com",
    "https://g\u00f6\u00f6d.com",
]
OWN = [
    "http://localhost:{port}",
    "http://LOCALHOST:{port}",
    "HTTP://localhost:{port}",
    "https://good.com",
    "https://good.com:443",
    "https://GOOD.com",
]


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with make_server(folder, APP, allowed_origins=("https://good.com",)) as server:
        yield server


@pytest.fixture
def host(server: Server) -> str:
    return f"localhost:{server.port}"


def fill(origin: str, server: Server) -> str:
    return origin.replace("{port}", str(server.port)).replace("{other}", str(server.port ^ 1))


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_origin_gets_no_socket(
    server: Server, browser: Browser, host: str, origin: str
) -> None:
    page = browser.open()
    headers = [("Origin", fill(origin, server)), ("Cookie", browser.cookie)]
    with RawSocket(server.port, page.socket_path(), headers, host=host) as connection:
        # Some are no header at all to the parser.
        assert connection.status in (400, 403)


def test_nor_does_one_that_does_not_say(server: Server, browser: Browser, host: str) -> None:
    page = browser.open()
    cookie = ("Cookie", browser.cookie)
    own = ("Origin", f"http://{host}")
    for headers in ([cookie], [cookie, own, own], [cookie, own, ("Origin", "http://evil.example")]):
        with RawSocket(server.port, page.socket_path(), headers, host=host) as connection:
            assert connection.status in (400, 403)


@pytest.mark.parametrize("origin", OWN)
def test_an_allowed_origin_gets_one(
    server: Server, browser: Browser, host: str, origin: str
) -> None:
    page = browser.open()
    headers = [("Origin", fill(origin, server)), ("Cookie", browser.cookie)]
    with RawSocket(server.port, page.socket_path(), headers, host=host) as connection:
        assert connection.status == 101
        connection.until('["ready"]')


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("[::1]:{port}", "http://[::1]:{port}", 101),
        ("[::1]:{port}", "http://[0:0:0:0:0:0:0:1]:{port}", 101),
        ("[::1]:{port}", "http://[::2]:{port}", 403),
        ("[::1]:{port}", "http://::1:{port}", 403),
        ("[::1]:{port}", "http://[::1%25lo]:{port}", 403),
        ("[::1]:{port}", "http://[::ffff:127.0.0.1]:{port}", 403),
        ("localhost.:{port}", "http://localhost.:{port}", 101),
        ("localhost", "http://localhost", 101),
        ("localhost:80", "http://localhost", 101),
    ],
)
def test_addresses_are_compared_by_what_they_mean(
    server: Server, browser: Browser, host: str, origin: str, status: int
) -> None:
    page = browser.open()
    headers = [("Origin", fill(origin, server)), ("Cookie", browser.cookie)]
    with RawSocket(server.port, page.socket_path(), headers, host=fill(host, server)) as connection:
        assert connection.status == status


@pytest.fixture(scope="module")
def production(folder: Path, server: Server) -> Iterator[Server]:
    # One server at a time in a process: the module's own has to go first.
    server.stop()
    with make_server(
        folder, APP, mode=Mode.PRODUCTION, allowed_hosts=("good.example", "*.apps.example")
    ) as production:
        yield production


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("good.example", True),
        ("GOOD.example", True),
        ("good.example.", True),
        ("good.example:8080", True),
        ("one.apps.example", True),
        ("two.one.apps.example:1", True),
        ("apps.example", False),
        ("evilapps.example", False),
        ("evil.example", False),
        ("good.example.evil.example", False),
        ("evilgood.example", False),
        ("good.example@evil.example", False),
        ("good.example:x", False),
        ("good.example, evil.example", False),
        # It listens on this machine only, and no name server can have been asked for these.
        ("localhost", True),
        ("[::1]", True),
        ("localhost.evil.example", False),
        ("", False),
    ],
)
def test_hosts_in_production(production: Server, host: str, known: bool) -> None:
    status, headers, _ = request(production.port, f"GET / HTTP/1.1\r\nHost: {host}")
    assert (status == 200) == known
    assert ("set-cookie" in headers) == known
    with RawSocket(production.port, "/_sundog/kernel/x/socket?page=p", host=host or " ") as opened:
        # Without an Origin nobody gets in; what differs is how far one comes.
        assert opened.status in (400, 403)


def test_two_hosts_are_none(production: Server) -> None:
    two = "GET / HTTP/1.1\r\nHost: good.example\r\nHost: evil.example"
    assert request(production.port, two)[0] in (400, 403)
    assert request(production.port, "GET / HTTP/1.1\r\nX: 1")[0] in (400, 403)
    assert request(production.port, "GET http://evil.example/ HTTP/1.1\r\nHost: good.example")[
        0
    ] in (200, 400, 403)


def test_probes_need_no_name(production: Server) -> None:
    for path in ("/readyz", "/livez"):
        assert request(production.port, f"GET {path} HTTP/1.1\r\nHost: 10.1.2.3:8765")[0] == 200
