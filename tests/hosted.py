"""Fixtures for tests that run apps; a folder's conftest imports them all."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from sundog.app.host import Host
from sundog.hooks.core import stdio
from sundog.kernel.kernel import VirtualKernel
from tests.apps import Apps, app_host

__all__ = ["apps", "host", "kernel", "pytest_runtest_call"]


@pytest.fixture
def host() -> Iterator[Host]:
    with app_host() as host:
        yield host


@pytest.fixture
def apps(host: Host, tmp_path: Path) -> Iterator[Apps]:
    apps = Apps(host, tmp_path)
    yield apps
    apps.close()


@pytest.fixture
def kernel(apps: Apps) -> VirtualKernel:
    return apps.kernel()


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    # pytest puts its own streams in place for each phase of a test, over those of a fixture.
    uninstall = stdio.install()
    try:
        return (yield)
    finally:
        uninstall()
