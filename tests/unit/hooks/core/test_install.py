"""Hooks go in together and come out in reverse."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sundog.hooks.core.install import install


def hook(log: list[str], name: str) -> Callable[[], Callable[[], None]]:
    def install() -> Callable[[], None]:
        log.append(f"+{name}")
        return lambda: log.append(f"-{name}")

    return install


def test_in_order_and_back() -> None:
    log: list[str] = []
    uninstall = install([hook(log, "a"), hook(log, "b")])
    assert log == ["+a", "+b"]
    uninstall()
    uninstall()
    assert log == ["+a", "+b", "-b", "-a"]


def test_where_one_fails_those_before_it_come_out() -> None:
    log: list[str] = []

    def fail() -> Callable[[], None]:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        install([hook(log, "a"), fail, hook(log, "b")])
    assert log == ["+a", "-a"]
