"""In development, who changes what all kernels share is told so."""

from __future__ import annotations

import locale
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sundog.hooks.process import shared_settings as hook
from tests.conftest import MakeKernel
from tests.kernels import run_in


@pytest.fixture(autouse=True)
def hooked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SUNDOG_TEST_SHARED", "before")
    folder, state = os.getcwd(), random.getstate()
    uninstall = hook.install()
    yield
    uninstall()
    os.chdir(folder)
    random.setstate(state)


def set_variable() -> None:
    os.environ["SUNDOG_TEST_SHARED"] = "after"


CHANGES: list[tuple[str, Callable[[], object]]] = [
    ("os.environ", set_variable),
    ("the working directory", lambda: os.chdir(Path(__file__).parent)),
    ("the state of random", lambda: random.seed(1)),
    ("the locale", lambda: locale.setlocale(locale.LC_TIME, "C")),
]


@pytest.mark.parametrize(("what", "change"), CHANGES)
def test_a_change_is_reported_once(
    what: str,
    change: Callable[[], object],
    make_kernel: MakeKernel,
    caplog: pytest.LogCaptureFixture,
) -> None:
    kernel = make_kernel(development=True)
    run_in(kernel, change)
    run_in(kernel, change)
    [record] = caplog.records
    assert f"changes {what}" in record.getMessage()
    assert Path(__file__).name in record.getMessage()


def test_production_and_the_run_at_start_are_quiet(
    make_kernel: MakeKernel, caplog: pytest.LogCaptureFixture
) -> None:
    first = make_kernel(development=True)
    first.is_dry_run = True
    for each in (make_kernel(), first):
        for _, change in CHANGES:
            run_in(each, change)
    # It is there already.
    run_in(make_kernel(development=True), set_variable)
    assert caplog.records == []


def test_uninstalling_restores_everything() -> None:
    def now() -> tuple[object, ...]:
        return type(os.environ).__setitem__, os.chdir, locale.setlocale, random.seed

    before = now()
    uninstall = hook.install()
    assert now() != before
    uninstall()
    assert now() == before
