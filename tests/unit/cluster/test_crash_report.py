"""What a worker leaves behind that crashes or hangs: its stacks, and the kernels that ran."""

from __future__ import annotations

import multiprocessing
import threading
from pathlib import Path
from typing import Any

import pytest

from sundog.cluster.connection_forwarder import make_inbox
from sundog.cluster.crash_report import CrashReport, name_kernels
from sundog.cluster.running_kernels import ROWS, DriveLog, RunningKernels
from sundog.cluster.worker_process import WorkerProcess
from tests.kernels import eventually
from tests.patience import PATIENCE

CONTEXT = multiprocessing.get_context("spawn")


def run(report: CrashReport, running: RunningKernels, begun: Any, code: str) -> None:
    """Run code in a process of its own, as a kernel of the name kernel-1 would."""
    report.install()
    DriveLog(running).began("kernel-1")
    begun.set()
    exec(compile(code, "app.py", "exec"))


def begin(code: str) -> WorkerProcess:
    """Start a process that runs code; return it once the code runs."""
    worker = WorkerProcess(0, "worker 1", make_inbox(), CONTEXT, 8.0)
    begun = CONTEXT.Event()
    arguments = (worker.crash_report, worker.running, begun, code)
    worker.process = CONTEXT.Process(target=run, args=arguments)
    worker.process.start()
    assert begun.wait(PATIENCE)
    return worker


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import ctypes\nctypes.string_at(0)", "on SIGSEGV"),
        ("import os\nos.abort()", "on SIGABRT"),
    ],
)
def test_a_crash_leaves_the_line_and_the_kernel(code: str, reason: str) -> None:
    worker = begin(code)
    assert worker.process is not None
    worker.process.join(PATIENCE)
    assert worker.reason_of_end() == reason
    stacks = worker.stacks()
    assert 'File "app.py", line 2' in stacks
    assert ", kernel kernel-1 (most recent call first)" in stacks


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os\nos._exit(3)", "with status 3"),
        (
            "import os\nos.kill(os.getpid(), 9)",
            "on SIGKILL, perhaps because the system was out of memory",
        ),
    ],
)
def test_an_end_without_a_crash_leaves_its_reason_only(code: str, reason: str) -> None:
    worker = begin(code)
    assert worker.process is not None
    worker.process.join(PATIENCE)
    assert (worker.reason_of_end(), worker.stacks()) == (reason, "")


def test_a_process_that_holds_the_interpreter_leaves_its_stacks(tmp_path: Path) -> None:
    reached = tmp_path / "reached"
    hang = "re.match('(a+)+$', 'a' * 40 + 'b')"
    worker = begin(f"import re\nopen({str(reached)!r}, 'w').close(); {hang}")
    assert worker.process is not None
    eventually(reached.exists)
    worker.end_hung()
    worker.process.join(PATIENCE)
    assert worker.reason_of_end() == "because it had not responded for 8 s"
    assert 'File "app.py", line 2' in worker.stacks()
    assert ", kernel kernel-1 (most recent call first)" in worker.stacks()


def test_a_process_that_is_stopped_is_ended_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sundog.cluster.worker_process.STACKS_SECONDS", 0.1)
    worker = begin("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)")
    assert worker.process is not None
    worker.end_hung()
    worker.process.join(PATIENCE)
    assert worker.process.exitcode == -9


def test_only_threads_that_run_a_kernel_are_named() -> None:
    stacks = "Thread 0x00000000000000ff (most recent call first):\nCurrent thread 0x0001 [x] (most"
    assert name_kernels(stacks, {255: "abcdefgh", 2: "other"}) == stacks.replace(
        "ff (most", "ff, kernel abcdefgh (most"
    )


def test_a_kernel_is_noted_while_it_runs() -> None:
    running = RunningKernels(CONTEXT)
    log = DriveLog(running)
    assert running.read() == {}
    row = log.began("2~abcdefghi")
    assert running.read() == {threading.get_ident(): "2~abcdef"}
    log.ended(row)
    assert running.read() == {}


def test_more_threads_than_rows_are_not_noted() -> None:
    running = RunningKernels(CONTEXT)
    log = DriveLog(running)
    rows = [log.began("one") for _ in range(ROWS + 2)]
    assert rows[-2:] == [None, None]
    for row in rows:
        log.ended(row)
    assert running.read() == {}
    assert log.began("one") is not None
    running.clear()
    assert running.read() == {}


def test_a_report_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sundog.cluster.crash_report.MOST_BYTES", 10)
    with (tmp_path / "report").open("a+b", buffering=0) as file:
        report = CrashReport(file)
        file.write(b"0123456789abcdef")
        assert report.read() == "0123456789"
        report.clear()
        assert report.read() == ""
        file.write(b"next")
        assert report.read() == "next"
