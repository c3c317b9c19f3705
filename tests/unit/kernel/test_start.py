"""What is done at the start of every kernel."""

from __future__ import annotations

import pytest

from sundog.kernel.current import current_kernel
from sundog.kernel.kernel import VirtualKernel
from sundog.kernel.start import StartCallbacks, on_kernel_start, start_callbacks
from tests.conftest import MakeKernel
from tests.kernels import close, run_in


@pytest.fixture
def callbacks() -> StartCallbacks:
    return StartCallbacks()


def test_all_run_in_order(callbacks: StartCallbacks, kernel: VirtualKernel) -> None:
    called: list[str] = []
    callbacks.add(lambda: called.append("first"))
    callbacks.add(lambda: called.append("second"))

    run_in(kernel, lambda: callbacks.run(kernel))

    assert called == ["first", "second"]


def test_what_one_returns_runs_at_the_end(callbacks: StartCallbacks, kernel: VirtualKernel) -> None:
    called: list[str] = []
    callbacks.add(lambda: lambda: called.append("clean-up"))
    callbacks.add(lambda: None)
    run_in(kernel, lambda: callbacks.run(kernel))
    assert called == []

    close(kernel)

    assert called == ["clean-up"]


def test_a_removed_one_runs_no_more(callbacks: StartCallbacks, kernel: VirtualKernel) -> None:
    called: list[str] = []

    def callback() -> None:
        called.append("again")

    remove = callbacks.add(callback)
    run_in(kernel, lambda: callbacks.run(kernel))
    remove()
    remove()
    run_in(kernel, lambda: callbacks.run(kernel))

    assert called == ["again"]


def test_inside_a_kernel_it_is_for_this_kernel(kernel: VirtualKernel) -> None:
    called: list[str] = []

    def start() -> object:
        called.append("start")
        return lambda: called.append("end")

    run_in(kernel, lambda: on_kernel_start(start))  # type: ignore[arg-type]
    assert called == ["start"]
    close(kernel)
    assert called == ["start", "end"]


def test_outside_it_is_for_every_kernel(make_kernel: MakeKernel) -> None:
    called: list[VirtualKernel | None] = []
    remove = on_kernel_start(lambda: called.append(current_kernel()))
    kernels = [make_kernel(), make_kernel()]
    for kernel in kernels:
        run_in(kernel, lambda kernel=kernel: start_callbacks.run(kernel))  # type: ignore[misc]
    assert called == kernels

    remove()
    run_in(kernels[0], lambda: start_callbacks.run(kernels[0]))
    assert called == kernels
