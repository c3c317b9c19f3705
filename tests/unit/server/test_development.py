"""What changed files call for; the watcher's events and the passing of time are given by hand."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sundog.config import EnvFile, Settings, read_env_file
from sundog.server import development
from sundog.server.development import Development


class Loop:
    """Calls later what it was given when a test says so."""

    def __init__(self) -> None:
        self._later: list[Callable[[], object]] = []

    def call_soon(self, callback: Callable[..., object], *arguments: Any) -> None:
        self._later.append(lambda: callback(*arguments))

    def call_later(self, seconds: float, callback: Callable[..., object], *arguments: Any) -> None:
        self.call_soon(callback, *arguments)

    def pass_time(self) -> None:
        waiting, self._later = self._later, []
        for callback in waiting:
            callback()


class Server:
    """A `Development` on a project on disk, and what it asked for."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.app = self.write("app.py", "1")
        self.env = self.write(".env", "OURS=1\nTHEIRS=1\n")
        # One that is not there may come.
        self.late_env = folder / "late.env"
        env_files = (read_env_file(self.env), EnvFile(self.late_env, {}))
        self.loop = Loop()
        self.ran: list[set[Path]] = []
        self.told: list[Any] = []
        monkeypatch.setattr(development.asyncio, "get_running_loop", lambda: self.loop)
        reloader = SimpleNamespace(
            fault=None, changed=self.ran.append, failed=lambda error, title, hint: None
        )
        monkeypatch.setattr(development, "Reloader", lambda *args, **named: reloader)
        watcher = SimpleNamespace(watch=lambda folders: False)
        monkeypatch.setattr(development, "Watcher", lambda on_change: watcher)
        # Files that a test has written before are not new.
        monkeypatch.setattr(development.time, "time", lambda: self.app.stat().st_mtime + 10)
        registry: Any = SimpleNamespace(
            tell=lambda kind, text, kernel=None: self.told.append(json.loads(text)),
            kernels=lambda: [],
        )
        unused: Any = None
        self._development = Development(
            Settings(),
            registry,
            unused,
            unused,
            lambda: (folder / "assets",),
            places=(self.app,),
            env_files=env_files,
        )
        self._development.failed(RuntimeError("The app is not needed here"))

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    def changed(self, *paths: Path) -> None:
        self._development.look_at(frozenset(paths))


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    return Server(tmp_path.resolve(), monkeypatch)


def test_a_save_runs_the_app_once(server: Server) -> None:
    server.changed(server.app)
    assert server.ran == []
    server.write("app.py", "2")
    server.changed(server.app)
    server.changed(server.app)
    assert server.ran == [{server.app}]


def test_a_file_that_is_gone_for_a_moment(server: Server) -> None:
    server.app.unlink()
    server.changed(server.app)
    assert server.ran == []
    server.write("app.py", "1")
    server.loop.pass_time()
    assert server.ran == []
    server.app.unlink()
    server.changed(server.app)
    server.loop.pass_time()
    assert server.ran == [{server.app}]


def test_a_file_that_is_empty_for_a_moment(server: Server) -> None:
    server.write("app.py", "")
    server.changed(server.app)
    server.write("app.py", "2")
    server.loop.pass_time()
    assert server.ran == [{server.app}]
    server.write("app.py", "")
    server.changed(server.app)
    assert len(server.ran) == 1
    server.loop.pass_time()
    assert len(server.ran) == 2


def test_styles_and_scripts_are_the_pages_matter(server: Server) -> None:
    server.changed(server.write("assets/b.css", ""), server.write("assets/a.css", ""))
    server.changed(server.write("assets/a.js", ""), server.write("assets/b.css", "new"))
    assert server.told == [
        {"type": "assets", "styles": ["a.css", "b.css"]},
        {"type": "assets", "reload": True},
    ]
    assert server.ran == []


def test_an_env_file_that_comes_later(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LATE", raising=False)
    # It is looked at like all others when the watching has begun.
    server.changed(server.late_env)
    server.loop.pass_time()
    assert server.ran == []
    server.late_env.write_text("LATE=1\n")
    server.changed(server.late_env)
    assert server.ran == [{server.late_env}]
    assert os.environ.pop("LATE") == "1"


def test_the_environment_goes_before_the_env_file(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OURS", "1")
    monkeypatch.setenv("THEIRS", "set outside")
    server.write(".env", "OURS=2\nTHEIRS=2\nSUNDOG_PORT=1\n")
    monkeypatch.delenv("SUNDOG_PORT", raising=False)
    server.changed(server.env)
    assert (os.environ["OURS"], os.environ["THEIRS"]) == ("2", "set outside")
    assert server.ran == [{server.env}]
    assert "reads SUNDOG_PORT only at start" in caplog.text
    server.write(".env", "")
    server.changed(server.env)
    assert "OURS" not in os.environ
    assert "SUNDOG_PORT" not in os.environ
    server.env.write_bytes(b"OURS=\xff")
    server.changed(server.env)
    assert "can't be read" in caplog.text
