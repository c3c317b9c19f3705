"""The command as a process: what it prints, and how it ends."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.commands import Commands, failure, url_of, wait_for
from tests.ports import free_port

APP = "import ipywidgets as widgets\nwidgets.IntSlider()\n"

Run = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text(APP)
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Iterator[Run]:
    """Starts the command in the folder, and ends it after the test."""
    commands = Commands(folder)
    yield commands
    commands.close()


def serve(run: Run, *args: str, **environ: str) -> tuple[subprocess.Popen[str], str]:
    process = run("run", "app.py", "--port", "0", "--no-open", *args, **environ)
    return process, url_of(process)


def test_it_serves_and_ends(run: Run) -> None:
    process, url = serve(run)
    assert httpx.get(url + "/readyz").status_code == 200
    assert httpx.head(url + "/readyz").status_code == 200
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0


def test_sigterm_ends_it_too(run: Run) -> None:
    process, _ = serve(run)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


def test_the_mode_is_said(run: Run) -> None:
    process = run("run", "app.py", "--port", "0", "--no-open", "--production")
    assert process.stdout is not None
    assert "in production mode at http://localhost:" in process.stdout.readline()


def test_a_missing_file(run: Run) -> None:
    errors = failure(run("run", "nope.py", "--port", "0"))
    assert "nope.py" in errors
    assert "Traceback" not in errors


def test_an_app_that_raises_shows_its_own_traceback(run: Run, folder: Path) -> None:
    (folder / "app.py").write_text("def broken():\n    return 1 / 0\nbroken()\n")
    errors = failure(run("run", "app.py", "--port", "0", "--production"))
    assert "line 2, in broken" in errors
    assert "ZeroDivisionError" in errors
    assert "sundog/" not in errors


def test_an_app_without_a_result(run: Run, folder: Path) -> None:
    (folder / "app.py").write_text("x = 1\n")
    errors = failure(run("run", "app.py", "--port", "0", "--production"))
    assert errors.startswith("Error: ")
    assert "Traceback" not in errors


def test_a_taken_port(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        errors = failure(run("run", "app.py", "--host", "127.0.0.1", "--port", str(port)))
    assert f"port {port}" in errors
    assert "--port 0" in errors
    assert "Traceback" not in errors


def test_a_wrong_setting(run: Run) -> None:
    errors = failure(run("run", "app.py", SOLARA_KERNEL_CULL_TIMEOUT="1x"))
    assert errors.startswith("Error: SOLARA_KERNEL_CULL_TIMEOUT: '1x'")


def test_the_app_gets_its_arguments(run: Run, folder: Path) -> None:
    (folder / "app.py").write_text(
        "import sys, os, ipywidgets\n"
        "open('seen', 'w').write(repr((sys.argv[1:], os.environ['FROM_FILE'])))\n"
        "ipywidgets.Label()\n"
    )
    (folder / ".env").write_text("FROM_FILE=yes\n")
    process = run("run", "app.py", "--no-open", "--port", "0", "--", "--flag", "1")
    url_of(process)
    assert (folder / "seen").read_text() == "(['--flag', '1'], 'yes')"


def test_it_answers_while_the_app_starts(run: Run, folder: Path) -> None:
    (folder / "app.py").write_text(
        "import os, time, ipywidgets\n"
        "while not os.path.exists('go'): time.sleep(0.01)\n"
        "ipywidgets.Label()\n"
    )
    port = free_port()
    address = ["--host", "127.0.0.1", "--port", str(port)]
    process = run("run", "app.py", "--no-open", "--production", *address)
    url = f"http://127.0.0.1:{port}"
    wait_for(url)
    assert httpx.get(url + "/readyz").status_code == 503
    assert httpx.get(url + "/livez").status_code == 200
    assert "starting" in httpx.get(url + "/").text
    (folder / "go").touch()
    assert url_of(process) == url
    assert httpx.get(url + "/readyz").status_code == 200


def test_a_start_that_hangs_can_be_ended(run: Run, folder: Path) -> None:
    (folder / "app.py").write_text("import time\ntime.sleep(600)\n")
    port = free_port()
    process = run("run", "app.py", "--no-open", "--host", "127.0.0.1", "--port", str(port))
    wait_for(f"http://127.0.0.1:{port}")
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0


def test_threads_of_the_app_do_not_keep_the_process(run: Run, folder: Path) -> None:
    (folder / "app.py").write_text(
        "import threading, time, ipywidgets\n"
        "threading.Thread(target=time.sleep, args=(600,)).start()\n"
        "ipywidgets.Label()\n"
    )
    process, _ = serve(run)
    process.send_signal(signal.SIGINT)
    assert process.wait(15) == 0


def test_settings(run: Run) -> None:
    output = run("settings", PORT="1234").communicate(timeout=30)[0]
    assert "SUNDOG_PORT = 1234  [PORT]" in output
