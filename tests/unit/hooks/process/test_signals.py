"""Signals belong to the server, whatever handlers an app asks for."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from sundog.hooks.process import signals as hook
from sundog.kernel.kernel import VirtualKernel
from tests.conftest import MakeKernel
from tests.kernels import close, run_in
from tests.patience import PATIENCE


@pytest.fixture(autouse=True)
def hooked() -> Iterator[None]:
    uninstall = hook.install()
    yield
    uninstall()


def handle(number: int, frame: object) -> None:
    raise AssertionError("called")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGUSR1])
def test_a_kernels_handler_is_kept_and_never_called(
    number: signal.Signals, kernel: VirtualKernel, make_kernel: MakeKernel
) -> None:
    received: list[int] = []
    before = signal.signal(number, lambda number, frame: received.append(number))
    try:
        servers = signal.getsignal(number)
        assert run_in(kernel, lambda: signal.signal(number, handle)) is servers
        assert run_in(kernel, lambda: signal.getsignal(number)) is handle
        assert run_in(kernel, lambda: signal.signal(number, signal.SIG_IGN)) is handle
        assert run_in(make_kernel(), lambda: signal.getsignal(number)) is servers
        os.kill(os.getpid(), number)
        assert received == [number]
    finally:
        signal.signal(number, before)


def test_also_on_the_main_thread(kernel: VirtualKernel) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with kernel.entered():
        signal.signal(signal.SIGTERM, handle)
    assert signal.getsignal(signal.SIGTERM) is before
    close(kernel)


def test_a_module_that_a_kernel_imports_does_not_fail() -> None:
    before = signal.getsignal(signal.SIGUSR1)
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(signal.signal(signal.SIGUSR1, handle)))
    thread.start()
    thread.join(PATIENCE)
    assert found == [before]
    assert signal.getsignal(signal.SIGUSR1) is before


def test_timers_that_would_end_the_server_are_refused(kernel: VirtualKernel) -> None:
    with pytest.raises(RuntimeError, match=r"alarm\(\) can't be used in an app"):
        run_in(kernel, lambda: signal.alarm(1))
    with pytest.raises(RuntimeError, match=r"setitimer\(\) can't be used in an app"):
        run_in(kernel, lambda: signal.setitimer(signal.ITIMER_REAL, 1.0))
    assert run_in(kernel, lambda: signal.alarm(0)) == 0


def test_a_wrong_number_is_an_error(kernel: VirtualKernel) -> None:
    with pytest.raises(ValueError, match="out of range"):
        run_in(kernel, lambda: signal.signal(999, handle))


def test_uninstalling_restores_everything() -> None:
    def now() -> tuple[object, ...]:
        return signal.signal, signal.getsignal, signal.alarm, signal.setitimer

    before = now()
    uninstall = hook.install()
    assert all(one is not other for one, other in zip(before, now(), strict=True))
    uninstall()
    assert now() == before
