"""A real server on a real socket: pages, sessions, files, sockets, and the end."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from sundog.app.host import Host
from sundog.app.program import Program
from sundog.config import Mode, Settings
from sundog.errors import AppExecutionError, StartupError
from sundog.server import Server, starter
from sundog.server import run as server_run
from tests.patience import PATIENCE

APP = """
import ipywidgets as widgets
slider = widgets.IntSlider()
label = widgets.Label()
slider.observe(lambda change: setattr(label, "value", f"value {change.new}"), "value")
widgets.VBox([slider, label])
"""
CONFIG = re.compile(r'<script id="sundog-config" type="application/json">(.*?)</script>', re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    (folder / "app").mkdir()
    (folder / "app" / "app.py").write_text(APP)
    (folder / "public").mkdir()
    (folder / "public" / "data.csv").write_text("a,b\n" * 1000)
    (folder / "secret.txt").write_text("secret")
    return folder


def make_server(folder: Path, **settings: Any) -> Server:
    given = {"host": "127.0.0.1", "port": 0, "mode": Mode.DEVELOPMENT, **settings}
    return Server(
        Settings(state_directory=folder / "state", **given),
        starter(str(folder / "app" / "app.py"), (), development=True),
    )


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with make_server(folder) as server:
        yield server


class Browser:
    """Cookies and pages, as a browser keeps them."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.http = httpx.Client(base_url=server.url)
        self.origin = server.url

    def open(self) -> dict[str, str]:
        answer = self.http.get("/")
        assert answer.status_code == 200
        match = CONFIG.search(answer.text)
        assert match is not None
        config: dict[str, str] = json.loads(match[1])
        return config

    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())

    def connect(self, config: dict[str, str], **headers: str) -> ClientConnection:
        url = self.server.url.replace("http", "ws", 1)
        path = f"/_sundog/kernel/{config['kernel']}/socket?v=1&page={config['page']}&seen=0"
        given = {"Cookie": self.cookie(), "Origin": self.origin, **headers}
        return connect(url + path, additional_headers={k: v for k, v in given.items() if v})


@pytest.fixture
def browser(server: Server) -> Iterator[Browser]:
    browser = Browser(server)
    yield browser
    browser.http.close()


def until(connection: ClientConnection, text: str) -> str:
    """Return all frames up to the first that holds a text."""
    frames = ""
    for _ in range(50):
        frame = connection.recv(timeout=20)
        frames += frame if isinstance(frame, str) else frame.decode("utf-8", "replace")
        if text in frames:
            return frames
    raise AssertionError(f"no {text!r} in {frames}")


def close_code(connection: ClientConnection) -> int | None:
    """Return the code with which the server closes a socket."""
    try:
        while True:
            connection.recv(timeout=20)
    except ConnectionClosed as closed:
        return None if closed.rcvd is None else closed.rcvd.code


def test_probes_and_head(browser: Browser) -> None:
    assert browser.http.get("/readyz").status_code == 200
    assert browser.http.head("/readyz").status_code == 200
    assert browser.http.get("/livez").status_code == 200
    head = browser.http.head("/")
    assert (head.status_code, head.content) == (200, b"")
    assert "server" not in head.headers


def test_a_page_gets_its_app(browser: Browser) -> None:
    with browser.connect(browser.open()) as connection:
        assert "IntSliderModel" in until(connection, '["ready"]')


def test_a_page_begins_with_few_files(folder: Path) -> None:
    # Code that a developer can read is larger.
    with make_server(folder, mode=Mode.PRODUCTION) as server:
        http = Browser(server).http
        files = re.findall(r'(?:src|href)="(/_sundog/static/[^"]+)"', http.get("/").text)
        sizes = [len(http.get(file).read()) for file in files]
    assert 3 < len(files) <= 7
    assert sum(sizes) < 900_000


def test_two_pages_have_kernels_of_their_own(browser: Browser) -> None:
    one, two = browser.open(), browser.open()
    assert one["kernel"] != two["kernel"]
    assert len(browser.http.cookies) == 1
    with browser.connect(one) as first, browser.connect(two) as second:
        until(first, '["ready"]')
        until(second, '["ready"]')


def test_a_kernel_of_another_session_is_no_kernel(browser: Browser, server: Server) -> None:
    config = browser.open()
    thief = Browser(server)
    thief.open()
    unknown = {**config, "kernel": config["kernel"][:-1] + "x"}
    with thief.connect(config) as taken, browser.connect(unknown) as made_up:
        assert close_code(taken) == close_code(made_up) == 4001
    with thief.connect(config, Cookie="") as without:
        assert close_code(without) == 4001
    thief.http.close()


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "", "http://127.0.0.1", "https://127.0.0.1:{port}"]
)
def test_a_foreign_origin_gets_no_socket(browser: Browser, server: Server, origin: str) -> None:
    config = browser.open()
    with (
        pytest.raises(InvalidStatus) as refused,
        browser.connect(config, Origin=origin.format(port=server.port)),
    ):
        pass
    assert refused.value.response.status_code == 403


def test_the_beacon_ends_the_kernel(browser: Browser) -> None:
    config = browser.open()
    with browser.connect(config) as connection:
        until(connection, '["ready"]')
        path = f"/_sundog/kernel/{config['kernel']}/close?page={config['page']}"
        headers = {"Origin": browser.origin}
        assert browser.http.post(path, headers=headers).status_code == 204
        assert close_code(connection) == 4001
        assert browser.http.post(path, headers=headers).status_code == 204
    with browser.connect(config) as again:
        assert close_code(again) == 4001


def test_files_beside_the_app(browser: Browser) -> None:
    answer = browser.http.get("/static/public/data.csv")
    assert answer.text == "a,b\n" * 1000
    assert answer.headers["content-encoding"] in ("br", "gzip", "zstd")
    tag = answer.headers["etag"]
    again = browser.http.get("/static/public/data.csv", headers={"If-None-Match": tag})
    assert again.status_code == 304


@pytest.mark.parametrize("root", ["/static/public/", "/static/assets/", "/_sundog/static/"])
@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "%2e%2e/secret.txt",
        "%2e%2e%2fsecret.txt",
        "..%2Fsecret.txt",
        "%252e%252e%252fsecret.txt",
        "..%5csecret.txt",
        "..\\secret.txt",
        "%00",
        "x%00/../../secret.txt",
        "%c0%ae%c0%ae/secret.txt",
        "//etc/passwd",
        "%2fetc/passwd",
        "file:%2f%2f/etc/passwd",
    ],
)
def test_nothing_from_outside(server: Server, root: str, path: str) -> None:
    # A client library would tidy the path up.
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
        raw.sendall(
            f"GET {root}{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
        )
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    assert answer.split(b" ")[1] in (b"404", b"400")
    assert b"\r\n\r\nsecret" not in answer
    assert b"root:" not in answer


def test_a_foreign_host_gets_nothing(browser: Browser) -> None:
    answer = browser.http.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_sessions_outlive_the_server_and_sockets_are_told_to_return(folder: Path) -> None:
    with make_server(folder) as first:
        browser = Browser(first)
        config = browser.open()
        port = first.port
        with browser.connect(config) as connection:
            until(connection, '["ready"]')
            first.request_stop()
            assert close_code(connection) == 1012
    with make_server(folder, port=port):
        assert "set-cookie" not in browser.http.get("/").headers
    browser.http.close()


def test_limits_are_told(folder: Path) -> None:
    with make_server(folder, kernel_max_count=1) as server:
        browser = Browser(server)
        config = browser.open()
        with browser.connect(config) as connection:
            until(connection, '["ready"]')
            answer = browser.http.get("/")
            assert answer.status_code == 503
            assert "retry-after" in answer.headers
        browser.http.close()


def test_it_is_said_that_an_app_takes_long_to_start(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = threading.Event()
    monkeypatch.setattr(server_run, "STILL_STARTING_SECONDS", 0.0)
    monkeypatch.setattr(server_run.logger, "info", lambda words, url: said.set())
    run = starter(str(folder / "app" / "app.py"), (), development=True)

    def start(host: Host) -> Program:
        assert said.wait(PATIENCE)
        return run(host)

    settings = Settings(host="127.0.0.1", port=0, state_directory=folder / "state")
    with Server(settings, start) as server:
        assert server.program


def test_a_root_path(folder: Path) -> None:
    with make_server(folder, root_path="/apps/x") as server:
        assert server.url.endswith("/apps/x")
        browser = Browser(server)
        browser.origin = server.url.removesuffix("/apps/x")
        config = browser.open()
        assert config["root"] == "/apps/x"
        with browser.connect(config) as connection:
            until(connection, '["ready"]')
        browser.http.close()


def test_an_app_that_raises(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "app.py").write_text("1 / 0\n")
    with pytest.raises(AppExecutionError, match="ZeroDivisionError"):
        make_server(tmp_path, mode=Mode.PRODUCTION).start()


def test_a_taken_port(server: Server, folder: Path) -> None:
    with pytest.raises(StartupError, match="--port 0"):
        make_server(folder, port=server.port)
