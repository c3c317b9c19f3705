"""Starts a server in a separate process, watches it, and ends it."""

import contextlib
import http.client
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.page import HOST, Page

APPS = Path(__file__).parent / "apps"
NOTHING: Mapping[str, str] = {}
START_TIMEOUT = 60.0  # seconds
DESCRIPTORS = 32_768  # every kernel holds a socket at each end


@dataclass(frozen=True, slots=True)
class Peer:
    """A server to measure: its protocol and its interpreter."""

    page_class: type[Page]
    python: Path

    @property
    def name(self) -> str:
        return self.page_class.name


class Server:
    """A running server: its process, and the worker that a supervisor starts."""

    def __init__(self, peer: Peer, port: int, process: subprocess.Popen[bytes]) -> None:
        self.peer = peer
        self.port = port
        self.popen = process
        self.process = psutil.Process(process.pid)

    def cpu(self) -> float:
        """Return the seconds of CPU used so far, user and system."""
        times = [process.cpu_times() for process in self._processes()]
        return float(sum(each.user + each.system for each in times))

    def rss(self) -> int:
        """Return the resident memory in bytes."""
        return sum(int(process.memory_info().rss) for process in self._processes())

    def pss(self) -> int:
        """Return the proportional set size in bytes, which counts shared memory in part."""
        return sum(int(process.memory_full_info().pss) for process in self._processes())

    def threads(self) -> int:
        """Return the number of OS threads."""
        return sum(int(process.num_threads()) for process in self._processes())

    def descriptors(self) -> int:
        """Return the number of open file descriptors."""
        return sum(int(process.num_fds()) for process in self._processes())

    def _processes(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]

    def wait_quiet(self, limit: float, window: float = 0.5) -> float:
        """Wait until the server uses less than 5 % of a core; return the seconds until then."""
        started = time.monotonic()
        while True:
            before, asked = self.cpu(), time.monotonic()
            time.sleep(window)
            if self.cpu() - before < 0.05 * window:
                return asked - started
            if asked - started > limit:
                raise TimeoutError(f"{self.peer.name} is still busy after {limit:.0f} s")


def free_port() -> int:
    """Return a free port of the loopback interface."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def launch(
    peer: Peer,
    app: str | Path,
    port: int,
    output: int,
    environ: Mapping[str, str],
    *,
    development: bool = False,
) -> subprocess.Popen[bytes]:
    """Start `peer` with an app and more variables, without waiting for it.

    `app` is a file, or the name of one in `apps`; `development`: not in production mode.
    """
    path = app if isinstance(app, Path) else APPS / f"{app}.py"
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SOLARA_", "SUNDOG_"))
    }
    environment["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] = "False"
    environment.update(environ)
    return subprocess.Popen(
        peer.page_class.command(peer.python, path, port, production=not development),
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
    )


def wait_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    """Request `/readyz` every 5 ms until it returns 200."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                connection.close()
                return
        connection.close()
        time.sleep(0.005)
    raise TimeoutError(f"the server was not ready within {START_TIMEOUT:.0f} s")


def end(process: subprocess.Popen[bytes]) -> None:
    """End a server, gracefully first."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


@contextlib.contextmanager
def serving(
    peer: Peer,
    app: str | Path,
    environ: Mapping[str, str] = NOTHING,
    *,
    development: bool = False,
) -> Iterator[Server]:
    """Run `peer` with an app during a `with` block. Its output is shown if it fails."""
    port = free_port()
    with tempfile.TemporaryFile() as output:
        process = launch(peer, app, port, output.fileno(), environ, development=development)
        try:
            wait_ready(port, process)
            yield Server(peer, port, process)
        except BaseException:
            output.seek(0)
            sys.stderr.write(output.read().decode(errors="replace")[-4000:])
            raise
        finally:
            end(process)


def raise_descriptor_limit() -> None:
    """Let this process and those that it starts hold a socket per kernel."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < DESCRIPTORS:
        wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
