"""What a kernel's code registers with `atexit` is called when its kernel ends."""

from __future__ import annotations

import atexit
import subprocess
import sys
import weakref
from collections.abc import Iterator

import pytest

from sundog.hooks.core.owned import share_with_all
from sundog.hooks.process import exit_callbacks as hook
from sundog.kernel.current import current_kernel
from sundog.kernel.kernel import VirtualKernel
from tests.conftest import MakeKernel
from tests.kernels import close, run_in


@pytest.fixture(autouse=True)
def hooked() -> Iterator[None]:
    uninstall = hook.install()
    yield
    uninstall()


def test_they_are_called_at_the_end_the_last_first(kernel: VirtualKernel) -> None:
    called: list[object] = []

    def register() -> None:
        atexit.register(called.append, "first")
        atexit.register(lambda **named: called.append(named), key="last")

        @atexit.register
        def note_kernel() -> None:
            called.append(current_kernel())

    run_in(kernel, register)
    assert called == []
    close(kernel)
    assert called == [kernel, {"key": "last"}, "first"]


def test_those_of_others_are_not(kernel: VirtualKernel, make_kernel: MakeKernel) -> None:
    called: list[str] = []
    other = make_kernel()
    run_in(other, lambda: atexit.register(called.append, "other"))
    close(kernel)
    assert called == []
    close(other)
    assert called == ["other"]


def test_what_was_unregistered_is_not_called(kernel: VirtualKernel) -> None:
    called: list[str] = []

    def kept() -> None:
        called.append("kept")

    def gone() -> None:
        called.append("gone")

    def register() -> None:
        for function in (gone, kept, gone):
            atexit.register(function)
        atexit.unregister(gone)

    run_in(kernel, register)
    close(kernel)
    assert called == ["kept"]


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_one_that_fails_does_not_stop_the_others(
    error: type[BaseException], kernel: VirtualKernel
) -> None:
    called: list[str] = []

    def fail() -> None:
        raise error

    def register() -> None:
        atexit.register(called.append, "first")
        atexit.register(fail)

    run_in(kernel, register)
    close(kernel)
    assert called == ["first"]


def test_finalizers_of_the_process_are_not_the_kernels(kernel: VirtualKernel) -> None:
    called: list[str] = []

    class Shared:
        pass

    shared = [Shared()]

    def make() -> None:
        # As in a process in which nothing has made a finalizer yet.
        weakref.finalize._registered_with_atexit = False  # type: ignore[attr-defined]
        weakref.finalize(shared[0], called.append, "gone")

    run_in(kernel, make)
    close(kernel)
    assert called == []
    shared.clear()
    assert called == ["gone"]


def test_those_of_a_run_for_all_are_called_when_the_process_ends() -> None:
    script = """
import atexit
from sundog.hooks.core.owned import share_with_all
from sundog.hooks.process import exit_callbacks
from sundog.ids import KernelId, SessionId
from sundog.kernel.kernel import VirtualKernel
from sundog.scheduler.driver import Engine
from tests.kernels import close, run_in
exit_callbacks.install()
kernel = VirtualKernel(KernelId("kernel"), SessionId("session"), Engine())
run_in(kernel, lambda: atexit.register(print, "at the end"))
share_with_all(kernel)
close(kernel)
print("the kernel has ended")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines() == ["the kernel has ended", "at the end"]


def test_uninstalling_restores_both() -> None:
    before = atexit.register, atexit.unregister
    uninstall = hook.install()
    assert (atexit.register, atexit.unregister) != before
    uninstall()
    assert (atexit.register, atexit.unregister) == before


def test_sharing_without_registrations_does_nothing(kernel: VirtualKernel) -> None:
    share_with_all(kernel)
