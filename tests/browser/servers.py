"""Server processes, each with an app of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent

import nbformat

from tests.commands import ADDRESS
from tests.patience import PATIENCE

START_SECONDS = 60.0


class AppServer:
    """One `sundog run`. Its output is read as it comes and kept."""

    def __init__(
        self,
        app: Path,
        *arguments: str,
        environ: Mapping[str, str] | None = None,
        python: Path | None = None,
        state: Path | None = None,
        command: Sequence[str] = ("-m", "sundog"),
        start_seconds: float = START_SECONDS,
    ) -> None:
        """Start it and wait for its address.

        `python` is another interpreter than this one; `state` a folder that is not beside the app;
        `command` what the interpreter runs.
        """
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SUNDOG_", "SOLARA_")) and name not in ("PORT", "HOST")
        }
        if python is not None:
            # What is installed there is compiled by the first server, and not by each.
            kept.pop("PYTHONDONTWRITEBYTECODE", None)
        own = {"XDG_STATE_HOME": str(state or app.parent / "state"), "PYTHONUNBUFFERED": "1"}
        line = [str(python or sys.executable), *command, "run", app.name, "--no-open"]
        if "--port" not in arguments:
            line += ["--port", "0"]
        self.process = subprocess.Popen(
            [*line, *arguments],
            cwd=app.parent,
            env={**kept, **own, **(environ or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: list[str] = []
        self._ended = False
        # Guards what has been read.
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        match = ADDRESS.search(self.wait_for_log(ADDRESS, start_seconds))
        assert match is not None
        self.url = match[1]

    @property
    def log(self) -> str:
        """Everything that it has printed."""
        with self._news:
            return "".join(self._lines)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.url.split(":")[2].split("/")[0])

    def wait_for_log(self, pattern: str | re.Pattern[str], timeout: float = PATIENCE) -> str:
        """Return the first printed line that matches; waits for it."""
        found: list[str] = []

        def look() -> bool:
            found.extend(line for line in self._lines if re.search(pattern, line))
            return bool(found) or self._ended

        with self._news:
            self._news.wait_for(look, timeout)
        assert found, f"nothing like {pattern!r} in:\n{self.log}"
        return found[0]

    def stop(self, *, at_once: bool = False) -> None:
        """End the process; `at_once`: without giving it a chance to say so."""
        if self.process.poll() is None:
            if at_once:
                self.process.kill()
            else:
                self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(15)
            raise
        finally:
            self._reader.join(15)

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                with self._news:
                    self._lines.append(line)
                    self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()


class Servers:
    """Starts servers in a folder; one for each different app."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[tuple[object, ...], AppServer] = {}
        self._all: list[AppServer] = []

    def __call__(self, source: str, *arguments: str, name: str = "app.py") -> AppServer:
        """Return the server of a script; the same one if it is asked for again."""
        key = (source, arguments, name)
        if key not in self._known:
            self._known[key] = self.start(self.script(source, name), *arguments)
        return self._known[key]

    def start(self, app: Path, *arguments: str, **environ: str) -> AppServer:
        """Start a server of its own for an app."""
        server = AppServer(app, *arguments, environ=environ)
        self._all.append(server)
        return server

    def script(self, source: str, name: str = "app.py") -> Path:
        """Write a script into a folder of its own."""
        path = self._new_folder() / name
        path.write_text(dedent(source), encoding="utf-8")
        return path

    def notebook(self, *cells: nbformat.NotebookNode) -> Path:
        """Write a notebook into a folder of its own."""
        path = self._new_folder() / "app.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), str(path))
        return path

    def stop(self) -> None:
        """End all servers."""
        for server in self._all:
            server.stop()

    def _new_folder(self) -> Path:
        # The folder's parent is the app's project, whose public files are served.
        folder = self._folder / f"project-{len(list(self._folder.iterdir()))}" / "app"
        folder.mkdir(parents=True)
        return folder
