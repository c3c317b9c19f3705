"""In production a process that serves nothing starts the server again when it crashes or hangs."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.commands import Commands, url_of
from tests.patience import PATIENCE
from tests.servers import Browser, Page, RawSocket, page_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no supervisor on Windows")

SECRET = "a secret that the tests know, of more than 32 characters"
APP = """
import ctypes, os, re, signal
import ipywidgets as widgets

def deep(number=0):
    return deep(number + 1)

DEEDS = {
    "crash": lambda: ctypes.string_at(0),
    "abort": lambda: os.abort(),
    "exit": lambda: os._exit(3),
    "stop": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "hang": lambda: re.match("(a+)+$", "a" * 40 + "b"),
    "deep": deep,
}
text = widgets.Text()
text.observe(lambda change: DEEDS[change.new](), "value")
widgets.VBox([text, widgets.Label(f"pid {os.getpid()}.")])
"""


class Served:
    """A server that was started by the command, in production."""

    def __init__(self, commands: Commands, *args: str, **environ: str) -> None:
        (commands.folder / "app.py").write_text(APP)
        given = ["run", "app.py", "--production", "--port", "0", "--no-open"]
        self.process = commands(*given, "--host", "127.0.0.1", *args, **environ)
        self.url = url_of(self.process)
        self.port = urlsplit(self.url).port or 0

    def visit(self) -> Visit:
        return Visit(self)

    def wait_for_page(self) -> float:
        """Return after how many seconds a new browser gets the page."""
        began = time.monotonic()
        while time.monotonic() < began + PATIENCE:
            try:
                if httpx.get(self.url, timeout=PATIENCE).status_code == 200:
                    return time.monotonic() - began
            except httpx.TransportError:
                pass
            time.sleep(0.02)
        raise AssertionError("the server does not come back")

    def stop(self) -> str:
        """End the server; return its log."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=PATIENCE)[1]


class Visit:
    """A page of a new browser."""

    def __init__(self, served: Served) -> None:
        server: Any = SimpleNamespace(port=served.port, url=f"http://127.0.0.1:{served.port}")
        self.browser = Browser(server)
        self.page: Page = self.browser.open()
        self.socket: RawSocket = self.browser.connect(self.page)
        match = re.search(r"pid (\d+)\.", self.socket.until('["ready"]'))
        assert match is not None
        self.pid = int(match[1])

    @property
    def short_id(self) -> str:
        return self.page.kernel[:8]

    def do(self, deed: str) -> None:
        """Have the kernel do something that ends or stops its process."""
        text = self.socket.comm("TextModel")
        update = {"method": "update", "state": {"value": deed}, "buffer_paths": []}
        self.socket.send([self.socket.seen, 1, [["msg", text, update]]])

    def close_code_after_return(self) -> int | None:
        path = self.page.socket_path(seen=self.socket.seen)
        with self.browser.connect(self.page, path) as again:
            return again.close_code()


Serve = Callable[..., Served]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    commands = Commands(tmp_path)
    yield lambda *args, **environ: Served(commands, *args, **environ)
    commands.close()


@pytest.mark.parametrize(
    ("deed", "reason"),
    [("crash", "on SIGSEGV"), ("abort", "on SIGABRT"), ("exit", "with status 3")],
)
def test_a_server_that_crashes_starts_again_at_once(serve: Serve, deed: str, reason: str) -> None:
    served = serve()
    victim, other = served.visit(), served.visit()
    victim.do(deed)
    assert other.socket.close_code() is None
    served.wait_for_page()
    # Both sessions have ended, and are told so.
    assert [each.close_code_after_return() for each in (victim, other)] == [4001, 4001]
    assert served.visit().pid != victim.pid
    log = served.stop()
    assert served.process.returncode == 0
    assert f"the worker exited {reason}; it restarts now" in log
    assert victim.page.kernel not in log
    if deed != "exit":
        assert f", kernel {victim.short_id} (most recent call first)" in log
        assert re.search(r'app\.py", line \d+ in <lambda>', log)


def test_a_cookie_outlives_the_crash(serve: Serve, tmp_path: Path) -> None:
    # The secret can't be kept, so that each process would make one of its own.
    (tmp_path / "file").write_text("")
    served = serve(SUNDOG_STATE_DIRECTORY=str(tmp_path / "file" / "state"))
    visit = served.visit()
    cookie = visit.browser.cookie
    visit.do("exit")
    assert visit.socket.close_code() is None
    served.wait_for_page()
    visit.browser.open()
    assert visit.browser.cookie == cookie


def test_deep_recursion_is_an_ordinary_error(serve: Serve) -> None:
    served = serve()
    visit = served.visit()
    visit.do("deep")
    assert "Something went wrong" in visit.socket.until('"error"')
    assert served.visit().pid == visit.pid
    assert "RecursionError" in served.stop()


@pytest.mark.parametrize("deed", ["hang", "stop"])
def test_a_server_that_hangs_is_replaced(serve: Serve, deed: str) -> None:
    served = serve(SUNDOG_HANG_TIMEOUT="2.5s")
    visit = served.visit()
    visit.do(deed)
    assert visit.socket.close_code() is None
    served.wait_for_page()
    assert visit.close_code_after_return() == 4001
    log = served.stop()
    assert "the worker does not respond" in log
    assert "because it had not responded for 2.5 s; it restarts now" in log
    if deed == "hang":
        assert f", kernel {visit.short_id} (most recent call first)" in log


def test_newcomers_are_not_sent_to_a_worker_that_hangs(serve: Serve) -> None:
    served = serve("--workers", "2", SUNDOG_SESSION_SECRET_KEY=SECRET, SUNDOG_HANG_TIMEOUT="60s")
    victim = served.visit()
    while (other := served.visit()).pid == victim.pid:
        pass
    os.kill(victim.pid, signal.SIGSTOP)
    try:
        # Its own browser has a place where there is one, after the two seconds that it takes.
        end = time.monotonic() + PATIENCE
        cookie = {"Cookie": victim.browser.cookie}
        while True:
            # A connection of its own each time: one that is kept alive is the hung worker's.
            page = page_of(httpx.get(served.url, headers=cookie, timeout=PATIENCE))
            if page.kernel.split("~")[0] != victim.page.kernel.split("~")[0]:
                break
            assert time.monotonic() < end
            time.sleep(0.1)
        assert {served.visit().pid for _ in range(8)} == {other.pid}
    finally:
        os.kill(victim.pid, signal.SIGCONT)


@pytest.mark.parametrize("deed", ["hang", "stop"])
def test_a_server_that_hangs_can_be_stopped(serve: Serve, deed: str) -> None:
    served = serve("--shutdown-timeout", "2s")
    visit = served.visit()
    visit.do(deed)
    time.sleep(0.3)
    began = time.monotonic()
    log = served.stop()
    assert time.monotonic() - began < 2.5
    assert "does not stop and is killed" in log
    assert served.process.returncode == 0


def test_a_signal_while_the_worker_starts_stops_the_server(tmp_path: Path) -> None:
    app = "import pathlib, time\npathlib.Path('begun').touch()\ntime.sleep(60)\n"
    (tmp_path / "app.py").write_text(app)
    commands = Commands(tmp_path)
    try:
        process = commands("run", "app.py", "--production", "--port", "0", "--no-open")
        end = time.monotonic() + PATIENCE
        while not (tmp_path / "begun").exists():
            assert time.monotonic() < end
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        errors = process.communicate(timeout=PATIENCE)[1]
    finally:
        commands.close()
    assert process.returncode == 0
    assert "Traceback" not in errors


def test_two_servers_may_share_a_state_folder(serve: Serve, tmp_path: Path) -> None:
    folder = tmp_path / "shared state"
    with ThreadPoolExecutor(2) as pool:
        # Started at once, so that both find no secret there.
        start = partial(serve, SUNDOG_STATE_DIRECTORY=str(folder))
        one, two = (each.result() for each in [pool.submit(start) for _ in range(2)])
    visit = one.visit()
    # The cookie is valid for both, as a browser sends it to both.
    answer = httpx.get(two.url, headers={"Cookie": visit.browser.cookie}, timeout=PATIENCE)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert two.visit().pid != visit.pid
    log = one.stop()
    # The end of one does nothing to the other.
    assert two.wait_for_page() < PATIENCE
    assert "Traceback" not in log + two.stop()
    assert [each.name for each in folder.iterdir()] == ["session-secret"]


def test_without_a_supervisor_one_process_serves(serve: Serve) -> None:
    served = serve(SUNDOG_SUPERVISOR="off")
    visit = served.visit()
    assert visit.pid == served.process.pid
    visit.do("crash")
    errors = served.process.communicate(timeout=PATIENCE)[1]
    assert served.process.returncode == -signal.SIGSEGV
    assert "Segmentation fault" in errors
