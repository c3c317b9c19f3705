"""Many pages come back at once to three workers, one of which is killed."""

from __future__ import annotations

import os
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.commands import Commands, url_of
from tests.servers import Browser

pytestmark = pytest.mark.stress

PAGES, ROUNDS, AT_ONCE = 200, 15, 40
SECRET = "a secret that the tests know, of more than 32 characters"
APP = """
import os
import ipywidgets as widgets
widgets.VBox([widgets.IntSlider(), widgets.Label(f"pid {os.getpid()}.")])
"""


class Visit:
    """A page, and the worker that has its kernel."""

    def __init__(self, url: str) -> None:
        server: Any = SimpleNamespace(url=url, port=urlsplit(url).port)
        self.browser = Browser(server)
        self.page = self.browser.open()
        with self.browser.connect(self.page) as connection:
            match = re.search(r"pid (\d+)\.", connection.until('["ready"]'))
            self.seen = connection.seen
        assert match is not None
        self.pid = int(match[1])

    def come_back(self) -> tuple[int, str]:
        """Connect again; return the worker that had the kernel, and how that went."""
        path = self.page.socket_path(seen=self.seen)
        try:
            with self.browser.connect(self.page, path) as connection:
                opcode, payload = connection.read_frame()
        except (EOFError, OSError):
            return self.pid, "lost"
        if opcode == 8:
            return self.pid, str(int.from_bytes(payload[:2], "big"))
        match = re.search(rb'"mode":"(\w+)"|"type":"(refused)"', payload)
        assert match is not None
        return self.pid, (match[1] or match[2]).decode()


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "app.py").write_text(APP)
    commands = Commands(tmp_path)
    process = commands(
        *("run", "app.py", "--port", "0", "--no-open", "--host", "127.0.0.1"),
        *("--workers", "3", "--production", "--log-level", "critical"),
        SUNDOG_SESSION_SECRET_KEY=SECRET,
    )
    yield url_of(process)
    commands.close()


def descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


@pytest.mark.timeout(600)
def test_all_come_back(url: str) -> None:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        visits = list(threads.map(lambda _: Visit(url), range(PAGES)))
        workers = Counter(visit.pid for visit in visits)
        assert len(workers) == 3
        before = {pid: descriptors(pid) for pid in workers}
        began = time.monotonic()
        found = Counter(how for _, how in threads.map(Visit.come_back, visits * ROUNDS))
        took = time.monotonic() - began
        print(f"\n{dict(workers)}; {sum(found.values())} reconnects in {took:.1f} s: {dict(found)}")
        assert found == {"resume": PAGES * ROUNDS}
        time.sleep(1)
        # Pages' own connections for HTTP may have been closed by now.
        assert all(descriptors(pid) <= count + 5 for pid, count in before.items())

        victim = visits[0].pid
        os.kill(victim, signal.SIGKILL)
        found_now = list(threads.map(Visit.come_back, visits * ROUNDS))
        others = Counter(how for pid, how in found_now if pid != victim)
        theirs = Counter(how for pid, how in found_now if pid == victim)
        print(f"one killed; others: {dict(others)}; its own: {dict(theirs)}")
        assert others.keys() == {"resume"}
        assert theirs.keys() <= {"lost", "refused", "4001"}
