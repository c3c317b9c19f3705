"""What clients and apps say is shown as what it is: never markup, headers, or lines of a log."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sundog.config import Mode
from sundog.logs import LineFormatter
from sundog.server import Server
from tests.servers import Browser, RawSocket, make_server, request

SCRIPT = "</script></title><script>alert('xss')</script><!--<b onload=\"x\">&'\u2028"
APP = f"""
import ipywidgets as widgets
from IPython.display import display
fail = widgets.Button(description="fail")
def raise_it(_):
    raise ValueError({SCRIPT!r} + "\\x1b[31m\\r\\nforged")
fail.on_click(raise_it)
text = widgets.Text(value={SCRIPT!r})
display(fail, text)
print({SCRIPT!r})
"""
NASTY = "\x1b[31mred\x1b[0m\x07\x9b2J"


@pytest.fixture(scope="module", params=[Mode.DEVELOPMENT, Mode.PRODUCTION])
def server(folder: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    settings = {"mode": request.param, "theme_title": SCRIPT, "access_log": True}
    with make_server(folder, APP, **settings) as server:
        yield server


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """What the log would hold at the end of the test, as the command writes it."""
    caplog.set_level(logging.INFO)
    found: list[str] = []
    yield found
    formatter = LineFormatter()
    found += [formatter.format(record) for record in caplog.records]
    for text in found:
        assert re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text) is None, ascii(text)
        # A line of its own is made only by our tracebacks.
        assert not any(line.startswith("forged") for line in text.split("\n")[:1])


class TestMarkup:
    def test_the_title(self, browser: Browser) -> None:
        text = browser.http.get("/").text
        assert "<script>alert" not in text
        assert "</script></title>" not in text
        assert text.count("</title>") == 1

    @pytest.mark.parametrize(
        "path",
        [
            f"/{SCRIPT[:-1]}",
            "/%3Cscript%3Ealert(1)%3C/script%3E",
            "/?<script>alert(1)</script>",
            "/_sundog/kernel/<script>alert(1)</script>/close",
            "/_sundog/static/<script>alert(1)</script>",
            "/static/public/<script>alert(1)</script>.html",
            "/_sundog/labextensions/<script>alert(1)</script>/x",
        ],
    )
    def test_paths_and_ids(self, server: Server, path: str) -> None:
        raw = path.replace(" ", "%20")
        _, _, body = request(server.port, f"GET {raw} HTTP/1.1\r\nHost: localhost")
        assert b"<script>alert" not in body

    def test_embedded_json_is_json(self, browser: Browser) -> None:
        text = browser.http.get("/").text
        for block in re.findall(r'type="application/json">(.*?)</script>', text, re.DOTALL):
            json.loads(block)
            assert re.search("[<>&\u2028\u2029]", block) is None

    @pytest.mark.parametrize("header", ["Host", "Referer", "User-Agent", "Accept-Language"])
    def test_headers(self, server: Server, header: str) -> None:
        answer = httpx.get(server.url, headers={header: "<script>alert(1)</script>"})
        assert "<script>alert(1)" not in answer.text

    def test_what_apps_show_is_json(self, server: Server, browser: Browser) -> None:
        page = browser.open()
        with browser.attach(page) as connection:
            shown = json.dumps(connection.messages, ensure_ascii=False)
            assert json.dumps(SCRIPT, ensure_ascii=False)[1:-1] in shown
            button = connection.comm("ButtonModel")
            click = {"method": "custom", "content": {"event": "click"}}
            connection.send([connection.seen, 1, [["msg", button, click]]])
            connection.wait_for_ack(1)
            (report,) = (m[1] for m in connection.messages if m[0] == "error")
        if server.settings.mode is Mode.PRODUCTION:
            assert set(report) == {"id", "title"}
            assert "alert" not in str(report)
        else:
            # The page shows it as text: see the front end's tests.
            assert SCRIPT in report["text"]

    def test_pages_can_not_be_sniffed_nor_framed(self, browser: Browser) -> None:
        for path in ("/", "/nowhere", "/_sundog/static/none.js", "/readyz"):
            answer = browser.http.get(path)
            assert answer.headers["x-content-type-options"] == "nosniff"
        policy = browser.http.get("/").headers["content-security-policy"]
        assert "frame-ancestors 'self'" in policy
        assert "object-src 'none'" in policy
        scripts = re.search(r"script-src ([^;]*)", policy)
        assert scripts is not None
        assert "'unsafe-inline'" not in scripts[1]
        assert "http:" not in scripts[1]
        assert "*" not in scripts[1].split()


class TestHeaders:
    @pytest.mark.parametrize(
        "path",
        [
            "/%0d%0aSet-Cookie:%20planted=1",
            "/?%0d%0aSet-Cookie:%20planted=1",
            "/static/public/%0d%0aSet-Cookie:%20planted=1",
            "/_sundog/kernel/%0d%0aSet-Cookie:%20planted=1/close",
            "//evil.example/%0d%0aSet-Cookie:%20planted=1",
            "/%E5%98%8A%E5%98%8DSet-Cookie:%20planted=1",
        ],
    )
    def test_none_is_made_of_a_path(self, server: Server, path: str) -> None:
        for method in ("GET", "POST"):
            _, headers, _ = request(server.port, f"{method} {path} HTTP/1.1\r\nHost: localhost")
            assert "planted" not in headers.get("set-cookie", "")
            assert "evil" not in headers.get("location", "")

    @pytest.mark.parametrize(
        "head",
        [
            "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\x00b",
            "GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 5",
            "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6",
            "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1",
            "GET / HTTP/1.1\r\nHost : localhost",
            "GET / HTTP/1.1\nHost: localhost",
            "GET /\x1b[31m HTTP/1.1\r\nHost: localhost",
            "NONSENSE",
        ],
    )
    def test_requests_that_mean_two_things(
        self, server: Server, browser: Browser, head: str, lines: list[str]
    ) -> None:
        request(server.port, head)
        assert browser.http.get("/livez").status_code == 200


class TestLog:
    def test_sockets(self, server: Server, browser: Browser, lines: list[str]) -> None:
        page = browser.open()
        nasty = "\xff\x9b2J" + "A" * 10_000
        for headers in (
            [("Origin", "http://evil\x9b[31m")],
            [("Origin", "http://evil%0d%0aforged")],
            [("Origin", nasty[:3000])],
            [("Cookie", nasty[:3000]), ("Origin", browser.origin)],
        ):
            with RawSocket(server.port, page.socket_path(), headers) as connection:
                if connection.status == 101:
                    assert connection.close_code() == 4001
        for path in ("?page=%1b%5b31m%0d%0aforged", "?page=p&seen=%0d%0aforged"):
            address = page.socket_path().partition("?")[0] + path
            with browser.connect(page, address) as connection:
                assert connection.status in (400, 403)

    def test_hosts(self, server: Server, lines: list[str]) -> None:
        for host in ("evil%0d%0aforged", "evil\x9b[31m", "\xff", "a" * 5000):
            request(server.port, f"GET / HTTP/1.1\r\nHost: {host}")

    def test_paths(self, server: Server, browser: Browser, lines: list[str]) -> None:
        for path in ("/%1b%5b31mred", "/%0d%0aforged", "/%C2%9B2J", "/?%1b%0d%0aforged", "/\x9b"):
            request(server.port, f"GET {path} HTTP/1.1\r\nHost: localhost")

    def test_frames(self, browser: Browser, lines: list[str]) -> None:
        for frame in (
            f'{{"type":"{NASTY}\\r\\nforged"}}',
            f'[0,1,[["{NASTY}\\nforged",1]]]',
            json.dumps([0, 1, [["open", "c" * 100, NASTY + "\r\nforged", {}, {}]]]),
        ):
            with browser.attach(browser.open()) as connection:
                connection.send(frame)
                connection.send([0, 2, [["msg", "none"]]])
                while isinstance(found := read_or_close(connection), list) and found[0] < 2:
                    pass

    def test_whole_kernel_ids_are_not_logged(
        self, browser: Browser, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        page = browser.open()
        with browser.attach(page) as connection:
            connection.send("nonsense")
            connection.close_code()
        browser.http.post(page.close_path, headers={"Origin": browser.origin})
        formatter = LineFormatter()
        text = "\n".join(formatter.format(record) for record in caplog.records)
        assert page.kernel[:8] in text
        assert page.kernel not in text

    def test_errors_of_the_app(self, browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
        page = browser.open()
        with browser.attach(page) as connection:
            button = connection.comm("ButtonModel")
            click = {"method": "custom", "content": {"event": "click"}}
            connection.send([connection.seen, 1, [["msg", button, click]]])
            connection.wait_for_ack(1)
        formatter = LineFormatter()
        text = "\n".join(formatter.format(record) for record in caplog.records)
        assert "ValueError" in text
        assert "\x1b" not in text
        assert "\r" not in text
        assert page.kernel not in text


def read_or_close(connection: RawSocket) -> object:
    try:
        return connection.read()
    except (AssertionError, EOFError):
        return None
