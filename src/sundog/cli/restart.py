"""``--auto-restart``: runs the server as a child process and restarts it after changes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

# Marks the server process as the child.
CHILD: Final = "_SUNDOG_RESTARTED"
QUIET_MS: Final = 500
KILL_AFTER_SECONDS: Final = 5.0


def is_child() -> bool:
    """Return whether this process was started by a process that restarts it."""
    return CHILD in os.environ


def keep_running(port: int, env_files: Sequence[Path], *, patience: float) -> int:
    """Run this command in a child process until it ends, and restart it after changes.

    Args:
        port: The port to serve on.
        env_files: Files that cause a restart when they change.
        patience: How long the child may take to end, in seconds.

    Returns:
        The child's exit status.
    """
    return _Keeper(port, env_files, patience).run()


class _Keeper:
    def __init__(self, port: int, env_files: Sequence[Path], patience: float) -> None:
        self._command = [sys.executable, "-m", "sundog", *_with_port(sys.argv[1:], port)]
        self._env_files = frozenset(path.resolve() for path in env_files)
        self._patience = patience
        self._ended = threading.Event()
        self._starts = 0

    def run(self) -> int:
        from watchfiles import watch

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._ended.set())
        child = self._start()
        folders = [folder for folder in self._folders() if folder.is_dir()]
        for changes in watch(
            *folders,
            watch_filter=lambda _, path: self._counts(Path(path)),
            step=QUIET_MS,
            stop_event=self._ended,
            recursive=False,
            raise_interrupt=False,
            rust_timeout=500,
            yield_on_timeout=True,
        ):
            if child.poll() == 0:
                # The child was stopped itself.
                return 0
            if changes:
                names = ", ".join(sorted({Path(path).name for _, path in changes})[:3])
                click.echo(f"{names} changed, restarting the server")
                self._stop(child)
                child = self._start()
        return self._stop(child)

    def _folders(self) -> list[Path]:
        import site

        import sundog
        from sundog.reload.files import walk

        installed = [Path(place) for place in (*site.getsitepackages(), *_user_site())]
        ours = list(walk(Path(sundog.__file__).parent))
        return [*ours, *installed, *{path.parent for path in self._env_files}]

    def _counts(self, path: Path) -> bool:
        """Return whether a changed file affects the server itself."""
        import sundog

        if path.resolve() in self._env_files or path.suffix in (".dist-info", ".pth", ".egg-link"):
            return True
        return path.suffix == ".py" and path.is_relative_to(Path(sundog.__file__).parent)

    def _start(self) -> subprocess.Popen[bytes]:
        self._starts += 1
        command = self._command
        if self._starts > 1:
            # The page is already open and reconnects by itself.
            cut = command.index("--") if "--" in command else len(command)
            command = [*command[:cut], "--no-open", *command[cut:]]
        return subprocess.Popen(command, env={**os.environ, CHILD: "1"})

    def _stop(self, child: subprocess.Popen[bytes]) -> int:
        if child.poll() is None:
            child.terminate()
        try:
            return child.wait(self._patience + KILL_AFTER_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            return child.wait()


def _with_port(arguments: Sequence[str], port: int) -> list[str]:
    """Return the command's arguments with the port, before those of the app."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    return [*arguments[:cut], "--port", str(port), *arguments[cut:]]


def _user_site() -> list[str]:
    import site

    return [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
