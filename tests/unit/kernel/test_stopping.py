"""The code of a kernel that has ended is stopped."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import ipywidgets
import pytest

from sundog.errors import KernelStoppedError
from sundog.kernel import stopping
from sundog.kernel.kernel import VirtualKernel
from tests.apps import Apps
from tests.hosted import apps, host, pytest_runtest_call
from tests.kernels import eventually, run_in, start_in
from tests.patience import PATIENCE

__all__ = ["apps", "host", "pytest_runtest_call"]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "STOP_AFTER_SECONDS", 0.02)
    monkeypatch.setattr(stopping, "INTERRUPT_AFTER_SECONDS", 0.06)
    monkeypatch.setattr(stopping, "INTERRUPT_AGAIN_SECONDS", 0.02)


LABEL = """
import ipywidgets as widgets
label, out = widgets.Label(), widgets.Output()
label
"""

Body = Callable[[dict[str, Any], int], object]

# What a callback may do for ever; each calls Sundog in another way, the last does not.
LOOPS: dict[str, Body] = {
    "sets a trait": lambda names, n: setattr(names["label"], "value", str(n)),
    "sends a message": lambda names, n: names["label"].send({"n": n}),
    "prints": lambda names, n: print(n),
    "prints into an Output": lambda names, n: names["out"].append_stdout(str(n)),
    "makes a widget": lambda names, n: ipywidgets.Label(str(n)),
    "computes": lambda names, n: n * n,
}


class Loop:
    """Code that loops until something is raised in it."""

    def __init__(
        self, names: dict[str, Any], body: Callable[[dict[str, Any], int], object]
    ) -> None:
        self._names = names
        self._body = body
        self.begun = threading.Event()
        self.raised: list[BaseException] = []
        self.ended = threading.Event()

    def __call__(self) -> None:
        number = 0
        try:
            while not self.ended.is_set():
                self._body(self._names, number)
                number += 1
                self.begun.set()
        except BaseException as error:
            self.raised.append(error)
            raise
        finally:
            self.ended.set()


def end(kernel: VirtualKernel) -> threading.Event:
    ended = threading.Event()
    kernel.close(ended.set)
    return ended


@pytest.mark.parametrize("body", LOOPS.values(), ids=LOOPS)
def test_a_callback_that_loops_is_stopped_when_its_kernel_ends(
    apps: Apps, host: Any, caplog: pytest.LogCaptureFixture, body: Any
) -> None:
    kernel = apps.show(apps.runner(apps.script(LABEL))).kernel
    loop = Loop(kernel.namespace, body)
    start_in(kernel, loop)
    assert loop.begun.wait(PATIENCE)
    caplog.clear()
    assert end(kernel).wait(PATIENCE), "the kernel does not end"
    assert [type(error) for error in loop.raised] == [KernelStoppedError]
    # It is no error of the app.
    assert not caplog.records


def test_a_callback_that_is_short_may_finish(apps: Apps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "STOP_AFTER_SECONDS", PATIENCE)
    kernel = apps.show(apps.runner(apps.script(LABEL))).kernel
    names, gate, begun, log = kernel.namespace, threading.Event(), threading.Event(), []

    def work() -> None:
        begun.set()
        gate.wait(PATIENCE)
        names["label"].value = "saved"
        log.append(names["label"].value)

    start_in(kernel, work)
    assert begun.wait(PATIENCE)
    ended = end(kernel)
    gate.set()
    assert ended.wait(PATIENCE)
    assert log == ["saved"]


def test_close_callbacks_may_print_and_change_widgets(apps: Apps) -> None:
    kernel = apps.show(apps.runner(apps.script(LABEL))).kernel
    loop = Loop(kernel.namespace, LOOPS["computes"])
    log: list[str] = []

    def clean_up() -> None:
        print("cleaning up")
        kernel.scope.namespace["label"].value = "clean"
        log.append(kernel.scope.namespace["label"].value)

    def with_clean_up() -> None:
        kernel.on_close(clean_up)
        loop()

    start_in(kernel, with_clean_up)
    assert loop.begun.wait(PATIENCE)
    assert end(kernel).wait(PATIENCE)
    assert log == ["clean"]


@pytest.mark.parametrize("body", LOOPS.values(), ids=LOOPS)
def test_a_task_that_loops_is_stopped(apps: Apps, body: Any) -> None:
    kernel = apps.show(apps.runner(apps.script(LABEL))).kernel
    loop = Loop(kernel.namespace, body)

    async def task() -> None:
        loop()

    run_in(kernel, lambda: kernel.local("task", lambda: kernel.loop.create_task(task())))
    assert loop.begun.wait(PATIENCE)
    assert end(kernel).wait(PATIENCE), "the kernel does not end"
    assert [type(error) for error in loop.raised] == [KernelStoppedError]


THREAD = """
import threading
import ipywidgets as widgets
label = widgets.Label()
raised, begun = [], threading.Event()

def work(label=label, raised=raised, begun=begun):
    number = 0
    try:
        while True:
            try:
                {body}
            except Exception:
                # A widget that is closed just then may fail. That must not keep the thread.
                {on_error}
            number += 1
            begun.set()
    except BaseException as error:
        raised.append(type(error).__name__)
        raise

thread = threading.Thread(target=work, daemon=True)
thread.start()
label
"""


def test_a_thread_that_fails_because_its_kernel_has_ended_is_no_error(
    apps: Apps, caplog: pytest.LogCaptureFixture
) -> None:
    source = THREAD.replace("work(label=label, raised=raised, begun=begun)", "work()")
    shown = apps.show(
        apps.runner(apps.script(source.format(body="number * number", on_error="raise")))
    )
    thread = shown.kernel.namespace["thread"]
    assert shown.kernel.namespace["begun"].wait(PATIENCE)
    caplog.clear()
    assert end(shown.kernel).wait(PATIENCE)
    thread.join(PATIENCE)
    assert not thread.is_alive()
    # Its names were cleared with the kernel.
    assert not caplog.records


@pytest.mark.parametrize("body", ["label.value = str(number)", "print(number)", "number * number"])
def test_a_thread_of_the_app_is_stopped(
    apps: Apps, caplog: pytest.LogCaptureFixture, body: str
) -> None:
    shown = apps.show(apps.runner(apps.script(THREAD.format(body=body, on_error="pass"))))
    names = dict(shown.kernel.namespace)
    assert names["begun"].wait(PATIENCE)
    caplog.clear()
    assert end(shown.kernel).wait(PATIENCE)
    names["thread"].join(PATIENCE)
    assert names["raised"] == ["KernelStoppedError"]
    assert not caplog.records


def test_a_thread_that_ends_with_its_kernel_may_say_so(
    apps: Apps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As docs/developing.md shows it: a close callback sets the event that the thread waits for."""
    monkeypatch.setattr(stopping, "STOP_AFTER_SECONDS", PATIENCE)
    source = """
    import threading
    import ipywidgets as widgets
    import sundog
    stop, log, ended = threading.Event(), [], threading.Event()

    def work(stop=stop, log=log, ended=ended):
        stop.wait()
        ended.wait()
        print("stopped")
        log.append("stopped")

    sundog.on_kernel_start(lambda: stop.set)
    thread = threading.Thread(target=work)
    thread.start()
    widgets.Label()
    """
    kernel = apps.show(apps.runner(apps.script(source))).kernel
    names = dict(kernel.namespace)
    assert end(kernel).wait(PATIENCE)
    names["ended"].set()
    names["thread"].join(PATIENCE)
    assert names["log"] == ["stopped"]


def test_a_thread_of_a_library_goes_on(apps: Apps) -> None:
    kernel = apps.kernel()
    printed, over = threading.Semaphore(0), threading.Event()

    def work() -> None:
        while not over.is_set():
            print("as a monitor of progress bars does")
            printed.release()

    run_in(kernel, threading.Thread(target=work, daemon=True).start)
    assert printed.acquire(timeout=PATIENCE)
    assert end(kernel).wait(PATIENCE)
    for _ in range(5000):
        assert printed.acquire(timeout=PATIENCE)
    over.set()


def test_what_cannot_be_stopped_is_logged_with_its_place(
    apps: Apps, caplog: pytest.LogCaptureFixture
) -> None:
    kernel = apps.kernel()
    over, begun, ended = threading.Event(), threading.Event(), threading.Event()

    def refuse_to_end() -> None:
        begun.set()
        while not over.is_set():
            try:
                while not over.is_set():
                    pass
            except BaseException:  # noqa: BLE001, S110
                pass

    start_in(kernel, refuse_to_end)
    assert begun.wait(PATIENCE)
    with caplog.at_level(logging.WARNING):
        kernel.close(ended.set)
        eventually(lambda: "its code does not stop" in caplog.text)
    assert "in refuse_to_end" in caplog.text
    over.set()
    assert ended.wait(PATIENCE)


def test_other_kernels_are_not_interrupted(apps: Apps) -> None:
    kernels = [apps.kernel() for _ in range(8)]
    others = [apps.kernel() for _ in range(8)]
    counts = [0] * len(others)
    failed: list[BaseException] = []

    def count(number: int) -> None:
        try:
            for _ in range(2000):
                counts[number] += 1
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    loops = [Loop({}, LOOPS["computes"]) for _ in kernels]
    for kernel, loop in zip(kernels, loops, strict=True):
        start_in(kernel, loop)
        assert loop.begun.wait(PATIENCE)
    ends = [end(kernel) for kernel in kernels]
    while not all(each.is_set() for each in ends):
        for number, other in enumerate(others):
            run_in(other, lambda number=number: count(number))
    assert failed == []
    assert all(value % 2000 == 0 for value in counts)
