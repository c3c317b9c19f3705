"""`sundog.session` in an app that a real server serves."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from sundog.config import Mode, Secret, Settings
from sundog.errors import StoreUnavailableError
from sundog.server import Server, starter
from sundog.store.current import process_store
from sundog.store.memory import MemoryBackend
from tests.kernels import eventually
from tests.ports import free_port

APP = """
import ipywidgets as widgets
import sundog
widgets.Label(f"visit number {sundog.session.increment('visits')}")
"""
CONFIG = re.compile(r'<script id="sundog-config" type="application/json">(.*?)</script>', re.DOTALL)
VISIT = re.compile(r"visit number (\d+)")


def make_server(folder: Path, store_url: str | None) -> Server:
    app = folder / "app.py"
    app.write_text(APP)
    settings = Settings(
        host="127.0.0.1",
        port=0,
        mode=Mode.DEVELOPMENT,
        state_directory=folder / "state",
        store_url=None if store_url is None else Secret(store_url),
        store_timeout=0.2,
    )
    return Server(settings, starter(str(app), (), development=True))


def visit(browser: httpx.Client, server: Server) -> int:
    """Open the page, wait for what the app shows, and say the visit's number."""
    return int(open_page(browser, server, VISIT)[1])


def open_page(browser: httpx.Client, server: Server, shown: re.Pattern[str]) -> re.Match[str]:
    """Open the page and read what the server says until something is shown."""
    match = CONFIG.search(browser.get(server.url + "/").text)
    assert match is not None
    config = json.loads(match[1])
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    path = f"/_sundog/kernel/{config['kernel']}/socket?v=1&page={config['page']}&seen=0"
    url = server.url.replace("http", "ws", 1) + path
    headers = {"Cookie": cookie, "Origin": server.url}
    frames = ""
    with connect(url, additional_headers=headers) as connection:
        while (found := shown.search(frames)) is None:
            frame = connection.recv(timeout=20)
            frames += frame if isinstance(frame, str) else frame.decode("utf-8", "replace")
    assert "hush" not in frames
    return found


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_visits_are_counted_per_browser(tmp_path: Path, store: str) -> None:
    url = f"sqlite:///{tmp_path}/sessions.db" if store == "sqlite" else None
    with httpx.Client() as ann, httpx.Client() as bob:
        with make_server(tmp_path, url) as server:
            # The first run at the start counts for nobody.
            assert [visit(ann, server) for _ in range(3)] == [1, 2, 3]
            assert visit(bob, server) == 1
        with make_server(tmp_path, url) as server:
            assert visit(ann, server) == (4 if store == "sqlite" else 1)
    assert isinstance(process_store.get().backend, MemoryBackend)


def test_a_file_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    server = make_server(tmp_path, f"sqlite:///{tmp_path}/missing/sessions.db")
    with pytest.raises(StoreUnavailableError, match="SUNDOG_STORE_URL"):
        server.start()


def test_a_store_that_is_not_there_is_logged_and_shown_without_its_password(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    url = f"redis://ann:hush@127.0.0.1:{port}/0"
    with (
        caplog.at_level(logging.DEBUG),
        make_server(tmp_path, url) as server,
        httpx.Client() as browser,
    ):
        eventually(lambda: "apps that use sundog.session fail" in caplog.text)
        assert f"redis://********@127.0.0.1:{port}/0 can't be used" in caplog.text
        assert open_page(browser, server, re.compile("StoreUnavailableError"))
    assert "hush" not in caplog.text
