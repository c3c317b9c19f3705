"""Child processes of apps: forked, spawned, from a fork server, of scripts and of notebooks."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlsplit

import nbformat
import pytest

from sundog.server import Server
from tests.commands import Commands, url_of
from tests.patience import PATIENCE
from tests.servers import Browser


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Commands]:
    commands = Commands(tmp_path)
    yield commands
    commands.close()


class Shown:
    """A page of a server, and what its app shows."""

    def __init__(self, url: str) -> None:
        self.port = urlsplit(url).port
        server = cast(Server, SimpleNamespace(port=self.port, url=f"http://127.0.0.1:{self.port}"))
        self.browser = Browser(server)
        self.page = self.browser.open()
        self.socket = self.browser.connect(self.page)

    def texts(self, count: int = 1) -> list[str]:
        """Return the values of so many labels that begin with "shown"."""
        found: list[str] = []
        end = time.monotonic() + PATIENCE
        while len(found) < count:
            assert time.monotonic() < end, found
            self.socket.read()
            found = [text for message in self.socket.messages for text in _values(message)]
        return found

    def close(self) -> None:
        self.socket.__exit__(None, None, None)
        self.browser.__exit__(None, None, None)


def _values(message: Any) -> Iterator[str]:
    if isinstance(message, dict):
        value = message.get("value")
        if isinstance(value, str) and value.startswith("shown"):
            yield value
        for each in message.values():
            yield from _values(each)
    elif isinstance(message, list):
        for each in message:
            yield from _values(each)


def write(folder: Path, kind: str, source: str) -> str:
    if kind == "script":
        (folder / "app.py").write_text(source)
        return "app.py"
    cells = [nbformat.v4.new_code_cell(part) for part in source.split("\n# cell\n")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), str(folder / "app.ipynb"))
    return "app.ipynb"


# Several workers share it.
SECRET = {"SUNDOG_SESSION_SECRET_KEY": "a secret of the tests that is long enough for this"}

FORKS = """
import multiprocessing
import os
import signal
import time
from concurrent.futures import ProcessPoolExecutor
import ipywidgets as w
context = multiprocessing.get_context("fork")
def square(n):
    return n * n
def handlers(_):
    return [repr(signal.getsignal(n)) for n in (signal.SIGTERM, signal.SIGINT)]
# cell
results = []
for _ in range(5):
    with context.Pool(2) as pool:
        results.append(pool.map(square, range(3)))
with ProcessPoolExecutor(2, mp_context=context) as pool:
    results.append(list(pool.map(square, [3])))
    results.append(pool.submit(handlers, 0).result())
process = context.Process(target=time.sleep, args=(600,))
process.start()
process.terminate()
process.join(20)
results.append(process.exitcode)
pid = os.fork()
if pid == 0:
    os._exit(7)
results.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
# cell
w.Label("shown " + repr(results))
"""


@pytest.mark.parametrize("kind", ["script", "notebook"])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_forked_children_work_and_end(
    kind: str, workers: str, command: Commands, tmp_path: Path
) -> None:
    app = write(tmp_path, kind, FORKS)
    process = command(
        *("run", app, "--port", "0", "--no-open", "--production", "--workers", workers), **SECRET
    )
    shown = Shown(url_of(process))
    [text] = shown.texts()
    squares = [[0, 1, 4]] * 5 + [[9]]
    default = ["<Handlers.SIG_DFL: 0>", "<built-in function default_int_handler>"]
    assert text == "shown " + repr([*squares, default, -signal.SIGTERM, 7])
    shown.close()


CHILD = """
import multiprocessing
import os
import time
import ipywidgets as w
def sleep():
    # The test reads what the server prints, up to the end.
    os.close(1)
    os.close(2)
    time.sleep(30)
child = multiprocessing.get_context("fork").Process(target=sleep)
child.start()
w.Label(f"shown {child.pid}")
"""


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_child_keeps_neither_connections_nor_the_port(
    workers: str, command: Commands, tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text(CHILD)
    process = command(
        *("run", "app.py", "--port", "0", "--no-open", "--production", "--workers", workers),
        SUNDOG_SHUTDOWN_TIMEOUT="10",
        **SECRET,
    )
    url = url_of(process)
    shown = Shown(url)
    child = int(shown.texts()[0].split()[1])
    try:
        # The server closes what it does not keep alive; a child must not hold it open.
        with socket.create_connection(("127.0.0.1", cast(int, shown.port)), PATIENCE) as other:
            other.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            while other.recv(65536):
                pass
        shown.close()
        began = time.monotonic()
        process.terminate()
        process.wait(60)
        assert time.monotonic() - began < 9
        os.kill(child, 0)
        again = socket.create_server(("127.0.0.1", cast(int, shown.port)))
        again.close()
    finally:
        # The children, which hold what the test reads of the server's output.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


SPAWNS = """
import math
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
import ipywidgets as w
print("runs as", __name__, file=sys.stderr)
METHOD = "{method}"
# cell
with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(METHOD)) as pool:
    result = pool.submit(math.factorial, 10).result(60)
w.Label("shown " + str(result))
"""


@pytest.mark.parametrize("kind", ["script", "notebook"])
@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_spawned_processes_run_functions_of_modules(
    kind: str, method: str, command: Commands, tmp_path: Path
) -> None:
    app = write(tmp_path, kind, SPAWNS.replace("{method}", method))
    process = command("run", app, "--port", "0", "--no-open", "--production")
    shown = Shown(url_of(process))
    assert shown.texts() == ["shown 3628800"]
    shown.close()
    process.terminate()
    log = process.communicate(timeout=60)
    # Nothing of the app was needed there.
    assert "__mp_main__" not in log[0] + log[1]


OWN_FUNCTION = """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
import ipywidgets as w

@dataclass
class Answer:
    number: int

def answer(number):
    return Answer(number + 1)

if __name__ == "__main__":
    context = multiprocessing.get_context("{method}")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        result = pool.submit(answer, 41).result(60)
    label = w.Label("shown " + repr(result))
    display(label)
"""


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_spawned_processes_run_functions_of_a_script(
    method: str, command: Commands, tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text(OWN_FUNCTION.replace("{method}", method))
    process = command("run", "app.py", "--port", "0", "--no-open", "--production")
    shown = Shown(url_of(process))
    assert shown.texts() == ["shown Answer(number=42)"]
    shown.close()


JOBLIB = """
import joblib
import ipywidgets as w
def square(n):
    return n * n
w.Label("shown " + repr(joblib.Parallel(n_jobs=2)(joblib.delayed(square)(n) for n in range(3))))
"""


@pytest.mark.parametrize("kind", ["script", "notebook"])
def test_joblib(kind: str, command: Commands, tmp_path: Path) -> None:
    pytest.importorskip("joblib")
    app = write(tmp_path, kind, JOBLIB)
    process = command("run", app, "--port", "0", "--no-open", "--production")
    shown = Shown(url_of(process))
    assert shown.texts() == ["shown [0, 1, 4]"]
    shown.close()
