"""Threads and executor jobs carry the kernel of who starts them, and nothing keeps it."""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sundog.hooks.core import threads
from sundog.kernel.current import current_kernel
from sundog.kernel.kernel import VirtualKernel
from sundog.output import KernelOutput
from sundog.protocol.codec import encode_message
from sundog.scope import Scope, capture, current_area, scoped
from tests.conftest import MakeKernel
from tests.kernels import FakePage
from tests.patience import PATIENCE


@pytest.fixture
def kernel(make_kernel: MakeKernel) -> VirtualKernel:
    return make_kernel()


@pytest.fixture(autouse=True)
def hook() -> Iterator[None]:
    uninstall = threads.install()
    yield
    uninstall()


def found_by(start: Callable[[Callable[[], None]], threading.Thread]) -> object:
    """Return the kernel that a thread finds."""
    found: list[object] = []
    thread = start(lambda: found.append(current_kernel()))
    thread.join(PATIENCE)
    [kernel] = found
    return kernel


def start_thread(target: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=target)
    thread.start()
    return thread


def start_timer(target: Callable[[], None]) -> threading.Thread:
    timer = threading.Timer(0, target)
    timer.start()
    return timer


def start_subclass(target: Callable[[], None]) -> threading.Thread:
    class Own(threading.Thread):
        def run(self) -> None:
            target()

    thread = Own()
    thread.start()
    return thread


START = [start_thread, start_timer, start_subclass]


@pytest.mark.parametrize("start", START)
def test_a_thread_carries_the_kernel(kernel: VirtualKernel, start: Callable[..., object]) -> None:
    with kernel.entered():
        assert found_by(start) is kernel  # type: ignore[arg-type]


@pytest.mark.parametrize("start", START)
def test_a_thread_from_outside_carries_none(start: Callable[..., object]) -> None:
    assert found_by(start) is None  # type: ignore[arg-type]


def test_a_thread_of_a_thread_carries_it_too(kernel: VirtualKernel) -> None:
    found: list[object] = []
    with kernel.entered():
        thread = start_thread(lambda: found.append(found_by(start_thread)))
    thread.join(PATIENCE)
    assert found == [kernel]


def test_the_area_is_carried(kernel: VirtualKernel) -> None:
    area = KernelOutput(lambda message: None, lambda work: None).page
    found: list[object] = []
    with kernel.entered(), capture(area):
        thread = start_thread(lambda: found.append(current_area()))
    thread.join(PATIENCE)
    assert found == [area]


def test_a_thread_that_has_ended_keeps_nothing(make_kernel: MakeKernel) -> None:
    class Marked(Scope):
        __slots__ = ("__weakref__",)

    kernel = make_kernel()
    scope = Marked(kernel, kernel.page_area, kernel.namespace)
    gone = weakref.ref(scope)
    with scoped(scope):
        thread = start_thread(lambda: None)
    thread.join(PATIENCE)
    del scope
    assert gone() is None
    assert "run" not in vars(thread)


def test_a_thread_that_cannot_start_keeps_nothing(
    kernel: VirtualKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        uninstall = threads.install()
        thread = threading.Thread(target=lambda: None)
        with kernel.entered(), pytest.raises(RuntimeError):
            thread.start()
        uninstall()
    assert "run" not in vars(thread)


def test_a_second_start_is_the_error_that_it_was(kernel: VirtualKernel) -> None:
    release = threading.Event()
    thread = threading.Thread(target=release.wait)
    with kernel.entered():
        thread.start()
        with pytest.raises(RuntimeError, match="once"):
            thread.start()
    release.set()
    thread.join(PATIENCE)
    assert "run" not in vars(thread)


class TestFailures:
    @pytest.fixture
    def kernel(self, make_kernel: MakeKernel) -> VirtualKernel:
        return make_kernel(development=True)

    def test_the_pages_are_told_and_nothing_is_kept(self, kernel: VirtualKernel) -> None:
        page = FakePage(kernel)
        page.connect()
        with kernel.entered():
            thread = threading.Thread(target=lambda: 1 // 0, name="counter")
            thread.start()
        thread.join(PATIENCE)
        page.wait_until(lambda: bool(page.messages))
        [[kind, told]] = page.messages
        assert kind == "error"
        assert told["title"] == "ZeroDivisionError in thread counter"
        assert "threading.py" not in told["traceback"]
        assert vars(thread).keys() <= vars(threading.Thread()).keys()

    def test_an_area_gets_what_was_started_in_it(self, kernel: VirtualKernel) -> None:
        sent: list[object] = []
        area = KernelOutput(sent.append, lambda work: None).page
        with kernel.entered(), capture(area):
            thread = start_thread(lambda: {}["missing"])
        thread.join(PATIENCE)
        [item] = area.items
        assert (item["output_type"], item["ename"]) == ("error", "KeyError")

    def test_an_exit_is_no_error(self, kernel: VirtualKernel) -> None:
        page = FakePage(kernel)
        page.connect()
        with kernel.entered():
            start_thread(lambda: sys.exit(3)).join(PATIENCE)
            kernel.publish(encode_message("ready"))
        page.wait_until(lambda: bool(page.messages))
        assert page.messages == [["ready"]]

    def test_threads_from_outside_fail_as_ever(self, monkeypatch: pytest.MonkeyPatch) -> None:
        told: list[object] = []
        with monkeypatch.context() as patched:
            patched.setattr(threading, "excepthook", lambda args: told.append(args.exc_type))
            uninstall = threads.install()
            start_thread(lambda: 1 // 0).join(PATIENCE)
            uninstall()
        assert told == [ZeroDivisionError]


class TestExecutors:
    @pytest.fixture
    def pool(self) -> Iterator[ThreadPoolExecutor]:
        with ThreadPoolExecutor(1) as pool:
            yield pool

    def test_each_job_has_the_kernel_of_who_submits_it(
        self, pool: ThreadPoolExecutor, make_kernel: MakeKernel
    ) -> None:
        """The worker is started by a job of the first, and serves the others as well."""
        for kernel in [make_kernel() for _ in range(3)]:
            with kernel.entered():
                assert pool.submit(current_kernel).result(PATIENCE) is kernel
                assert list(pool.map(lambda _: current_kernel(), range(2))) == [kernel] * 2
        assert pool.submit(current_kernel).result(PATIENCE) is None

    def test_the_worker_belongs_to_nobody(self, kernel: VirtualKernel) -> None:
        found: list[object] = []
        with (
            kernel.entered(),
            ThreadPoolExecutor(1, initializer=lambda: found.append(current_kernel())) as pool,
        ):
            pool.submit(int).result(PATIENCE)
        assert found == [None]

    def test_arguments_and_errors_are_those_of_the_job(
        self, pool: ThreadPoolExecutor, kernel: VirtualKernel
    ) -> None:
        with kernel.entered():
            assert pool.submit(int, "ff", base=16).result(PATIENCE) == 255
            with pytest.raises(ZeroDivisionError):
                pool.submit(lambda: 1 // 0).result(PATIENCE)


def test_uninstall_restores_all() -> None:
    start, submit, excepthook = (
        threading.Thread.start,
        ThreadPoolExecutor.submit,
        threading.excepthook,
    )
    uninstall = threads.install()
    assert threading.Thread.start is not start
    assert ThreadPoolExecutor.submit is not submit
    assert threading.excepthook is not excepthook
    uninstall()
    assert threading.excepthook is excepthook
    assert threading.Thread.start is start
    assert ThreadPoolExecutor.submit is submit
