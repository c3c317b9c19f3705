"""What a request says of itself counts only from trusted proxies, and for that request only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sundog.server import Server
from sundog.web.access.sessions import COOKIE
from tests.integration.security.conftest import APP
from tests.servers import Browser, make_server, page_of

CLAIMS = {
    "X-Forwarded-For": "203.0.113.66",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/evil",
    "X-Script-Name": "/evil",
    "X-Forwarded-Port": "666",
    "X-Original-URL": "/evil",
    "X-Rewrite-URL": "/evil",
    "X-HTTP-Method-Override": "DELETE",
    "Forwarded": "for=203.0.113.66;host=evil.example;proto=https",
}
VARYING = re.compile(r'"(kernel|page|token)":"[^"]*"|nonce="[^"]*"|\'nonce-[^\']*\'')


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with make_server(folder, APP, forwarded_allow_ips=("192.0.2.1",)) as server:
        yield server


def normal(answer: httpx.Response) -> tuple[int, str, dict[str, str]]:
    """Return an answer without what differs between any two."""
    headers = {
        name: VARYING.sub("", value)
        for name, value in answer.headers.items()
        if name not in ("date", "set-cookie")
    }
    return answer.status_code, VARYING.sub("", answer.text), headers


@pytest.mark.parametrize("claims", [*({k: v} for k, v in CLAIMS.items()), CLAIMS])
def test_an_untrusted_peer_changes_nothing_for_itself_nor_for_the_next(
    server: Server, claims: dict[str, str]
) -> None:
    with httpx.Client(base_url=server.url) as client:
        before = client.get("/")
        client.cookies.clear()
        claiming = client.get("/", headers=claims)
        client.cookies.clear()
        after = client.get("/")
    assert normal(before) == normal(claiming) == normal(after)
    for answer in (claiming, after):
        cookie = answer.headers["set-cookie"]
        assert "evil" not in answer.text + str(answer.headers)
        assert "Secure" not in cookie
        assert "Path=/;" in cookie


def test_nor_for_its_socket(server: Server) -> None:
    with Browser(server) as browser:
        page = browser.open()
        origins = ("https://evil.example", "http://evil.example", "http://evil.example:666")
        for origin in origins:
            with browser.connect(page, Origin=origin, **headers(CLAIMS)) as connection:
                assert connection.status == 403
        with browser.connect(page, **headers(CLAIMS)) as connection:
            connection.until('["ready"]')


def headers(claims: dict[str, str]) -> dict[str, str]:
    return {name.replace("-", "_"): value for name, value in claims.items()}


@pytest.fixture(scope="module")
def trusting(folder: Path, server: Server) -> Iterator[Server]:
    server.stop()
    with make_server(folder, APP, forwarded_allow_ips=("127.0.0.1",)) as trusting:
        yield trusting


PROXY = {
    "X-Forwarded-For": "203.0.113.66",
    "X-Forwarded-Host": "localhost",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/apps/one",
}


def test_a_trusted_proxy_speaks_for_its_own_request(trusting: Server) -> None:
    with httpx.Client(base_url=trusting.url) as client:
        proxied = client.get("/", headers=PROXY)
        client.cookies.clear()
        plain = client.get("/")
    assert page_of(proxied).root == "/apps/one"
    assert "Secure" in proxied.headers["set-cookie"]
    assert page_of(plain).root == ""
    assert "Secure" not in plain.headers["set-cookie"]
    assert "/apps/one" not in plain.text


def test_its_socket_has_the_public_origin(trusting: Server) -> None:
    with httpx.Client(base_url=trusting.url) as client, Browser(trusting) as browser:
        answer = client.get("/", headers=PROXY)
        cookie = f"{COOKIE}={answer.cookies[COOKIE]}"
        page = page_of(answer)
        proxy = headers(PROXY)
        own = browser.origin
        with browser.connect(page, Origin=own, Cookie=cookie, **proxy) as connection:
            assert connection.status == 403
        with browser.connect(page, Origin="https://localhost", Cookie=cookie, **proxy) as opened:
            opened.until('["ready"]')


@pytest.mark.parametrize(
    "prefix",
    [
        '/"><script>alert(1)</script>',
        "/a%0d%0aSet-Cookie:%20a=b",
        "//evil.example",
        "https://evil.example",
        "/../..",
        "/a?b",
        "/a#b",
        "/a\\b",
        "/a b",
        "/" + "a" * 5000 + "<",
    ],
)
def test_a_prefix_is_a_plain_path(trusting: Server, prefix: str) -> None:
    answer = httpx.get(trusting.url, headers={"X-Forwarded-Prefix": prefix})
    if answer.status_code != 400:
        root = page_of(answer).root
        assert re.fullmatch(r"(/[A-Za-z0-9:.]+)*", root)
        assert not root.startswith("//")
    assert "alert(1)" not in answer.text
    assert "a=b" not in answer.headers.get("set-cookie", "")
