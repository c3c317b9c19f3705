"""Several workers, as real processes: whoever accepts a connection, its page gets its kernel."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.commands import Commands, failure, url_of
from tests.patience import PATIENCE
from tests.servers import Browser, Page, RawSocket

SECRET = "a secret that the tests know, of more than 32 characters"
APP = """
import os, time
import ipywidgets as widgets
import sundog

sundog.session["pages"] = sundog.session.get("pages", 0) + 1
slider = widgets.IntSlider()
label = widgets.Label(f"pid {os.getpid()} pages {sundog.session['pages']}.")

def work(change):
    label.value = "at work"
    time.sleep(change.new)

slider.observe(work, "value")
widgets.VBox([slider, label])
"""
SAID = re.compile(r"pid (\d+) pages (\d+)\.")

pytestmark = pytest.mark.skipif(
    not hasattr(socket, "send_fds"), reason="this system can't hand connections over"
)

Start = Callable[..., "Workers"]


class Workers:
    """A supervisor and its workers."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.url = url_of(process)
        self.port = urlsplit(self.url).port or 0

    def browser(self) -> Browser:
        server: Any = SimpleNamespace(port=self.port, url=f"http://127.0.0.1:{self.port}")
        return Browser(server)

    def stop(self, number: int = signal.SIGTERM, timeout: float = 20) -> str:
        """Send a signal; return the log."""
        self.process.send_signal(number)
        return self.process.communicate(timeout=timeout)[1]


class Visit:
    """A page with what it shows of its worker."""

    def __init__(self, workers: Workers, browser: Browser | None = None) -> None:
        self.browser = browser or workers.browser()
        self.page: Page = self.browser.open()
        self.socket = self.browser.connect(self.page)
        match = SAID.search(self.socket.until('["ready"]'))
        assert match is not None
        self.pid, self.pages = int(match[1]), int(match[2])
        self.seen = self.socket.seen

    def begin_work(self) -> None:
        """Have the kernel do something that takes a minute."""
        slider = self.socket.comm("IntSliderModel")
        update = {"method": "update", "state": {"value": 60}, "buffer_paths": []}
        self.socket.send([self.socket.seen, 1, [["msg", slider, update]]])
        self.socket.until("at work")

    def leave(self) -> None:
        self.socket.__exit__(None, None, None)

    def come_back(self) -> RawSocket:
        return self.browser.connect(self.page, self.page.socket_path(seen=self.seen))

    def resumes(self) -> bool:
        with self.come_back() as again:
            return bool(again.read().get("mode") == "resume")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts an app with some workers, and ends them after the test."""
    commands = Commands(tmp_path)

    def start(*args: str, app: str = APP, count: int = 3, **environ: str) -> Workers:
        (tmp_path / "app.py").write_text(app)
        given = ["run", "app.py", "--port", "0", "--no-open", "--host", "127.0.0.1", *args]
        environ = {"SUNDOG_SESSION_SECRET_KEY": SECRET, **environ}
        return Workers(commands(*given, "--workers", str(count), **environ))

    yield start
    commands.close()


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    """Three workers for tests that leave them as they are."""
    folder = tmp_path_factory.mktemp("workers")
    (folder / "app.py").write_text(APP)
    commands = Commands(folder)
    args = ["run", "app.py", "--port", "0", "--no-open", "--host", "127.0.0.1", "--workers", "3"]
    yield Workers(commands(*args, SUNDOG_SESSION_SECRET_KEY=SECRET))
    commands.close()


# Whose a connection is -------------------------------------------------------------------------


def test_pages_come_back_to_their_own_worker(workers: Workers) -> None:
    visits = [Visit(workers) for _ in range(30)]
    for visit in visits:
        visit.leave()
    resumed = [visit.resumes() for _ in range(4) for visit in visits]
    assert all(resumed), Counter(resumed)
    # New browsers go where there is room.
    pids = Counter(visit.pid for visit in visits)
    assert len(pids) == 3
    assert min(pids.values()) >= 4


def test_all_pages_of_a_browser_share_a_worker_and_so_its_memory(workers: Workers) -> None:
    browser = workers.browser()
    visits = [Visit(workers, browser) for _ in range(6)]
    assert len({visit.pid for visit in visits}) == 1
    assert [visit.pages for visit in visits] == [1, 2, 3, 4, 5, 6]


def test_a_beacon_finds_the_kernel_on_a_connection_kept_alive(workers: Workers) -> None:
    for visit in [Visit(workers) for _ in range(6)]:
        visit.leave()
        browser = visit.browser
        # The same connection has had the page, of whichever worker.
        answer = browser.http.post(visit.page.close_path, headers={"Origin": browser.origin})
        assert answer.status_code == 204
        with visit.come_back() as late:
            assert late.close_code() == 4001
        # What kept-alive connection it is now, it serves everything.
        assert browser.http.get("/").status_code == 200


def test_a_request_that_comes_in_pieces(workers: Workers) -> None:
    for visit in [Visit(workers) for _ in range(3)]:
        for _ in range(3):
            head = (
                f"POST {visit.page.close_path}x HTTP/1.1\r\nHost: 127.0.0.1:{workers.port}\r\n"
                f"Origin: {visit.browser.origin}\r\nCookie: {visit.browser.cookie}\r\n"
                "Content-Length: 0\r\n\r\n"
            )
            with socket.create_connection(("127.0.0.1", workers.port), timeout=10) as raw:
                raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for position in range(0, 100, 9):
                    raw.sendall(head[position : position + 9].encode())
                raw.sendall(head[108:].encode())
                assert answer_of(raw).startswith(b"HTTP/1.1 204")
                # And once more on the same connection, after a large body.
                body = b"x" * 300_000
                head = head.replace("Content-Length: 0", f"Content-Length: {len(body)}")
                raw.sendall(head.encode() + body)
                assert answer_of(raw).startswith(b"HTTP/1.1 204")
        visit.leave()
        assert visit.resumes()


def answer_of(raw: socket.socket) -> bytes:
    """Return the head of an answer without a body."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += raw.recv(1000)
    return answer


def test_what_is_no_http_is_refused_at_once(workers: Workers) -> None:
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", workers.port), timeout=5) as raw:
            raw.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
            assert raw.recv(100).startswith(b"HTTP/1.1 400")


def test_kernels_are_counted_over_all_workers(start: Start) -> None:
    workers = start(SOLARA_KERNEL_MAX_COUNT="3")
    visits = [Visit(workers) for _ in range(3)]
    assert {workers.browser().http.get("/").status_code for _ in range(9)} == {503}
    for visit in visits:
        visit.leave()


# Ends of workers -------------------------------------------------------------------------------


def test_a_worker_that_dies_leaves_the_others_alone(start: Start) -> None:
    workers = start()
    visits = [Visit(workers) for _ in range(9)]
    victim = visits[0].pid
    lost = [visit for visit in visits if visit.pid == victim]
    others = [visit for visit in visits if visit.pid != victim]
    os.kill(victim, signal.SIGKILL)
    for visit in lost:
        assert visit.socket.close_code() is None
    # Until there is another worker, the page is told to wait; then, that its kernel is gone.
    for visit in lost:
        assert told_that_it_ended(visit)
    for visit in others:
        visit.socket.send([visit.socket.seen, 1, [["msg", "no such comm", {}]]])
        visit.socket.wait_for_ack(1)
        visit.leave()
        assert visit.resumes()
    # Its browsers start afresh, in the worker that took its place.
    pid = Visit(workers, lost[0].browser).pid
    assert pid not in {visit.pid for visit in visits}
    log = workers.stop()
    assert workers.process.returncode == 0
    assert re.search(r"worker \d exited on SIGKILL.* it restarts now", log)


def told_that_it_ended(visit: Visit) -> bool:
    """Come back as a page does, until there is no more to wait for."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        # What was being handed to the worker when it died just ends; the page tries again.
        with contextlib.suppress(EOFError), visit.come_back() as again:
            opcode, payload = again.read_frame()
            if opcode == 8:
                return payload[:2] == (4001).to_bytes(2)
            assert b'"refused"' in payload
            assert b"starting again" in payload
        time.sleep(0.05)
    return False


def test_stopping_ends_all_in_bounded_time(start: Start) -> None:
    workers = start("--shutdown-timeout", "1s")
    visits = [Visit(workers) for _ in range(6)]
    visits[0].begin_work()
    began = time.monotonic()
    workers.process.send_signal(signal.SIGTERM)
    assert {visit.socket.close_code() for visit in visits} == {1012}
    workers.process.communicate(timeout=20)
    assert time.monotonic() - began < 6
    assert workers.process.returncode == 0
    assert not any(runs(visit.pid) for visit in visits)


def test_an_interrupt_of_the_terminal_goes_to_all_and_ends_them_in_order(start: Start) -> None:
    workers = start()
    visits = [Visit(workers) for _ in range(3)]
    os.killpg(workers.process.pid, signal.SIGINT)
    assert {visit.socket.close_code() for visit in visits} == {1012}
    errors = workers.process.communicate(timeout=20)[1]
    assert workers.process.returncode == 0
    assert "Traceback" not in errors


def test_an_interrupt_while_the_workers_start(tmp_path: Path) -> None:
    # The first worker that begins sees to it that the interrupt comes while others still start.
    (tmp_path / "app.py").write_text("open('begun', 'w').close()\nimport time\ntime.sleep(60)\n")
    commands = Commands(tmp_path)
    process = commands(
        *("run", "app.py", "--port", "0", "--no-open", "--workers", "4"),
        SUNDOG_SESSION_SECRET_KEY=SECRET,
    )
    try:
        end = time.monotonic() + PATIENCE
        while not (tmp_path / "begun").exists() and time.monotonic() < end:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        errors = process.communicate(timeout=20)[1]
    finally:
        commands.close()
    assert process.returncode == 0
    assert "Traceback" not in errors


def test_a_second_interrupt_ends_all_at_once(start: Start) -> None:
    workers = start("--shutdown-timeout", "1m")
    visit = Visit(workers)
    visit.begin_work()
    workers.process.send_signal(signal.SIGINT)
    assert visit.socket.close_code() == 1012
    workers.stop(signal.SIGINT, timeout=5)
    assert workers.process.returncode == 130
    assert gone(visit.pid)


def test_workers_end_with_their_supervisor(start: Start) -> None:
    workers = start()
    visits = [Visit(workers) for _ in range(3)]
    workers.process.kill()
    assert {visit.socket.close_code() for visit in visits} == {1012}
    assert all(gone(visit.pid) for visit in visits)
    with pytest.raises(httpx.TransportError):
        httpx.get(workers.url + "/livez")


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A process that nobody has waited for has ended all the same.
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def gone(pid: int) -> bool:
    """Wait for a process to end."""
    end = time.monotonic() + PATIENCE
    while runs(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not runs(pid)


# What keeps them from starting -----------------------------------------------------------------


@pytest.fixture
def broken(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Runs an app that can't be served; returns what is said."""
    commands = Commands(tmp_path)

    def run(app: str, *args: str, **environ: str) -> str:
        (tmp_path / "app.py").write_text(app)
        environ = {"SUNDOG_SESSION_SECRET_KEY": SECRET, **environ}
        return failure(
            commands("run", "app.py", "--production", "--workers", "2", *args, **environ)
        )

    yield run
    commands.close()


def test_a_broken_app_is_told_once(broken: Callable[..., str]) -> None:
    errors = broken("def broken():\n    return 1 / 0\nbroken()\n", "--port", "0")
    assert errors.count("in broken") == 1
    assert errors.count("\nError: ") == 1
    assert "line 2, in broken" in errors
    assert "sundog/" not in errors


def test_a_taken_port_is_told_once(broken: Callable[..., str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        errors = broken(APP, "--host", "127.0.0.1", "--port", str(port))
    assert errors.count(f"port {port}") == 1
    assert "Traceback" not in errors


def test_a_missing_secret(broken: Callable[..., str]) -> None:
    errors = broken(APP, SUNDOG_SESSION_SECRET_KEY="")
    assert "SUNDOG_SESSION_SECRET_KEY" in errors
    assert "token_urlsafe" in errors


def test_workers_that_die_at_start_are_given_up(broken: Callable[..., str]) -> None:
    errors = broken("import os\nos._exit(7)\n", "--port", "0")
    assert "exited 3 times before it could serve, the last time with status 7" in errors


def test_that_memory_is_not_for_all_is_said(start: Start, tmp_path: Path) -> None:
    assert "SUNDOG_STORE_URL" in start(count=2).stop()
    url = f"sqlite:///{tmp_path}/sessions.db"
    assert "SUNDOG_STORE_URL" not in start(count=2, SUNDOG_STORE_URL=url).stop()
