"""`sys.excepthook` and its relatives, and warnings, are each kernel's."""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sundog.hooks.core import threads
from sundog.hooks.core.owned import share_with_all
from sundog.hooks.process import exception_hooks as hook
from sundog.kernel.kernel import VirtualKernel
from tests.conftest import MakeKernel
from tests.kernels import close, run_in
from tests.patience import PATIENCE


@pytest.fixture(autouse=True)
def hooked() -> Iterator[None]:
    uninstall_threads = threads.install()
    uninstall = hook.install()
    yield
    uninstall()
    uninstall_threads()


@pytest.fixture
def other(make_kernel: MakeKernel) -> VirtualKernel:
    return make_kernel()


HOOKS = [
    (sys, "excepthook"),
    (sys, "unraisablehook"),
    (threading, "excepthook"),
    (warnings, "showwarning"),
    (warnings, "formatwarning"),
]


@pytest.mark.parametrize(("module", "name"), HOOKS, ids=lambda each: str(each))
def test_what_a_kernel_assigns_is_its_own(
    module: Any, name: str, kernel: VirtualKernel, other: VirtualKernel
) -> None:
    before = getattr(module, name)
    called: list[object] = []

    def own(*args: Any) -> None:
        called.append(args)

    run_in(kernel, lambda: setattr(module, name, own))
    assert run_in(kernel, lambda: getattr(module, name)) is own
    assert run_in(other, lambda: getattr(module, name)) is before
    assert getattr(module, name) is before
    # Python looks into the module's dict.
    run_in(kernel, lambda: vars(module)[name]("here"))
    assert called == [("here",)]
    close(kernel)
    assert getattr(module, name) is before


def test_what_is_put_back_is_put_back(kernel: VirtualKernel) -> None:
    def there_and_back() -> bool:
        former = sys.excepthook
        sys.excepthook = lambda *args: former(*args)
        sys.excepthook = former
        return sys.excepthook is former

    assert run_in(kernel, there_and_back)


def test_a_run_for_all_assigns_for_all(kernel: VirtualKernel) -> None:
    before = sys.excepthook

    def own(*args: Any) -> None:
        pass

    run_in(kernel, lambda: setattr(sys, "excepthook", own))
    share_with_all(kernel)
    close(kernel)
    assert sys.excepthook is own
    sys.excepthook = before


def fail_in_thread() -> None:
    def fail() -> None:
        raise ValueError("in a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join(PATIENCE)


def test_errors_of_threads_go_to_the_hook_of_their_kernel(
    kernel: VirtualKernel, other: VirtualKernel
) -> None:
    errors: list[str] = []
    run_in(
        kernel,
        lambda: setattr(threading, "excepthook", lambda args: errors.append(str(args.exc_value))),
    )
    run_in(kernel, fail_in_thread)
    assert errors == ["in a thread"]
    run_in(other, fail_in_thread)
    assert errors == ["in a thread"]
    assert other.errors.has_failed


def caught(category: type[Warning]) -> bool:
    """Return whether a warning is raised as an error here."""
    try:
        warnings.warn("text", category, stacklevel=1)
    except category:
        return True
    return False


SET: list[Callable[[], None]] = [
    lambda: warnings.simplefilter("error"),
    lambda: warnings.filterwarnings("error", message="text"),
    lambda: warnings.filterwarnings("error", category=RuntimeWarning),
]


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("set_filter", SET)
def test_filters_are_the_kernels(
    set_filter: Callable[[], None], kernel: VirtualKernel, other: VirtualKernel
) -> None:
    before = list(warnings.filters)
    with warnings.catch_warnings(record=True):
        assert not run_in(other, lambda: caught(RuntimeWarning))
    run_in(kernel, set_filter)
    assert run_in(kernel, lambda: caught(RuntimeWarning))
    with warnings.catch_warnings(record=True):
        assert not run_in(other, lambda: caught(RuntimeWarning))
    assert list(warnings.filters) == before


def test_blocks_that_catch_warnings_of_two_kernels_may_overlap(
    kernel: VirtualKernel, other: VirtualKernel
) -> None:
    first, second = warnings.catch_warnings(record=True), warnings.catch_warnings(record=True)

    def enter(block: Any) -> Any:
        found = block.__enter__()
        warnings.simplefilter("always")
        return found

    of_first = run_in(kernel, lambda: enter(first))
    of_second = run_in(other, lambda: enter(second))
    run_in(kernel, lambda: warnings.warn("one", stacklevel=1))
    run_in(kernel, lambda: first.__exit__(None, None, None))
    run_in(other, lambda: warnings.warn("two", stacklevel=1))
    run_in(other, lambda: second.__exit__(None, None, None))
    assert [str(each.message) for each in of_first] == ["one"]
    assert [str(each.message) for each in of_second] == ["two"]
    assert run_in(kernel, lambda: warnings.filters) is warnings.filters


def test_resetting_filters_is_the_kernels(kernel: VirtualKernel) -> None:
    before = list(warnings.filters)
    run_in(kernel, warnings.resetwarnings)
    assert run_in(kernel, lambda: list(warnings.filters)) == []
    assert list(warnings.filters) == before


def test_uninstalling_restores_everything() -> None:
    def now() -> tuple[object, ...]:
        return (
            *(type(module) for module in (sys, threading, warnings)),
            *(vars(module)[name] for module, name in HOOKS),
        )

    before = now()
    uninstall = hook.install()
    assert now() != before
    uninstall()
    assert now() == before
