"""The ``sundog`` command as a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.patience import PATIENCE

# In the line that a server prints once its app has run.
ADDRESS = re.compile(r"mode at (http://\S+)")


class Commands:
    """Starts the command in a folder, and ends what is left of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._started: list[subprocess.Popen[str]] = []

    def __call__(self, *args: str, **environ: str) -> subprocess.Popen[str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SUNDOG_", "SOLARA_")) and name not in ("PORT", "HOST")
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "sundog", *args],
            cwd=self.folder,
            env={**kept, "XDG_STATE_HOME": str(self.folder / "state"), **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A process group of its own, which a terminal's Ctrl-C would go to.
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def close(self) -> None:
        """Kill what still runs."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.communicate()


def url_of(process: subprocess.Popen[str]) -> str:
    """Return the address that a server prints once its app has run."""
    assert process.stdout is not None
    line = process.stdout.readline()
    match = ADDRESS.search(line)
    if match is None:
        process.wait(10)
        raise AssertionError(f"no address: {line}{process.communicate()[1]}")
    return match[1]


def failure(process: subprocess.Popen[str], status: int = 1) -> str:
    """Return what a command that fails says."""
    errors = process.communicate(timeout=90)[1]
    assert process.returncode == status, errors
    return errors


def wait_for(url: str) -> None:
    """Return when a server answers at all."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            httpx.get(url + "/livez")
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"nothing answers at {url}")
