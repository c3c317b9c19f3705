"""Servers that start anew, and debuggers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from sundog.config import Mode, Settings
from sundog.server import Server, starter
from tests.patience import PATIENCE
from tests.servers import Browser


class Command:
    """A `sundog run`, whose output is read as it comes."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", "sundog", "run", "app.py", "--no-open", "--port", "0"]
        self.process = subprocess.Popen(
            [*command, *arguments],
            cwd=folder,
            env={**os.environ, "XDG_STATE_HOME": str(folder / "state"), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
        )
        self.text = ""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        while piece := self.process.stdout.read(1):
            self.text += piece

    def wait_for(self, pattern: str, count: int = 1) -> list[str]:
        end = time.monotonic() + PATIENCE
        while len(found := re.findall(pattern, self.text)) < count:
            assert time.monotonic() < end, self.text
            time.sleep(0.02)
        return found

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Any]:
    commands: list[Command] = []

    def start(source: str, *arguments: str) -> Command:
        (tmp_path / "app.py").write_text(source)
        commands.append(Command(tmp_path, *arguments))
        return commands[-1]

    yield start
    for command in commands:
        command.stop()


def test_the_server_starts_anew_when_its_settings_change(started: Any, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SUNDOG_THEME_TITLE=One\n")
    command = started("import ipywidgets\nipywidgets.Label('x')\n", "--auto-restart")
    (url,) = command.wait_for(r"http://\S+")
    assert "telemetry off" in command.text
    assert "<title>One</title>" in httpx.get(url).text
    (tmp_path / ".env").write_text("SUNDOG_THEME_TITLE=Two\n")
    # On the same port.
    assert command.wait_for(r"http://\S+", 2) == [url, url]
    assert "<title>Two</title>" in httpx.get(url).text
    command.process.terminate()
    assert command.process.wait(PATIENCE) == 0


def test_the_debugger_opens_where_an_error_happens(started: Any) -> None:
    command = started(
        "import ipywidgets, threading\n"
        "def fail(secret):\n    raise ValueError('in vain')\n"
        "threading.Timer(0.2, fail, ['hunter2']).start()\n"
        "ipywidgets.Label('x')\n",
        "--pdb",
    )
    (url,) = command.wait_for(r"http://\S+")
    port = urlsplit(url).port
    server: Any = SimpleNamespace(port=port, url=f"http://127.0.0.1:{port}")
    # The code of the dry run ends with it; that of a page's kernel goes on.
    with Browser(server) as browser, browser.attach(browser.open()):
        command.wait_for(r"\(Pdb\)")
        # The server goes on meanwhile.
        assert httpx.get(url).status_code == 200
        assert command.process.stdin is not None
        command.process.stdin.write("p secret\nq\n")
        command.wait_for("'hunter2'")


def test_debuggers_see_callbacks(tmp_path: Path) -> None:
    """Debuggers trace by `threading.settrace`, which holds for threads that come."""
    (tmp_path / "app.py").write_text(
        "import ipywidgets\ndef breakpoint_here():\n    return 1\nbreakpoint_here()\n"
        "ipywidgets.Label('x')\n"
    )
    seen: list[str] = []

    def trace(frame: Any, event: str, arg: Any) -> Any:
        if frame.f_code.co_name == "breakpoint_here":
            seen.append(threading.current_thread().name)
        return None

    settings = Settings(
        host="127.0.0.1", port=0, mode=Mode.DEVELOPMENT, state_directory=tmp_path / "state"
    )
    threading.settrace(trace)
    try:
        app = str(tmp_path / "app.py")
        server = Server(settings, starter(app, (), development=True))
        with server, Browser(server) as browser, browser.attach(browser.open()):
            pass
    finally:
        threading.settrace(None)  # type: ignore[arg-type]
    assert len(seen) == 2
    assert all(name.startswith("sundog-kernel") for name in seen)
