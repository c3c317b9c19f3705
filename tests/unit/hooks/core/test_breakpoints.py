"""``breakpoint()`` in kernels."""

from __future__ import annotations

import sys

import pytest

from sundog.hooks.core import breakpoints
from tests.apps import Apps
from tests.kernels import run_in


def hit() -> str:
    breakpoint()
    return "went on"


def test_in_production_it_is_an_error_that_says_so(apps: Apps) -> None:
    kernel = apps.kernel()
    kernel.development = False
    with pytest.raises(RuntimeError, match="can't be used in production"):
        run_in(kernel, hit)


def test_without_a_terminal_it_is_an_error_too(apps: Apps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "__stdin__", None)
    with pytest.raises(RuntimeError, match="needs a terminal"):
        run_in(apps.kernel(), hit)


def test_a_debugger_of_its_own_is_called(apps: Apps, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    monkeypatch.setattr(sys, "breakpointhook", lambda: called.append("editor"))
    uninstall = breakpoints.install()
    try:
        assert run_in(apps.kernel(), hit) == "went on"
    finally:
        uninstall()
    assert called == ["editor"]
