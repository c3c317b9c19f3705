"""Fixtures for tests of apps."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sundog.app.opener import Opener
from sundog.solara.library import SolaraLibrary
from tests.apps import Apps
from tests.hosted import apps, host, kernel, pytest_runtest_call

__all__ = ["apps", "host", "kernel", "pytest_runtest_call"]


@pytest.fixture(autouse=True)
def _fresh_modules(tmp_path: Path) -> Iterator[None]:
    """Forget the modules that a test has written."""
    yield
    for name, module in list(sys.modules.items()):
        places = [getattr(module, "__file__", None), *getattr(module, "__path__", ())]
        if any(place is not None and Path(place).is_relative_to(tmp_path) for place in places):
            del sys.modules[name]


@pytest.fixture
def opened(apps: Apps) -> Any:
    """Open what is in the folder of the apps."""

    def opened(spec: str = "", *, development: bool = True) -> Any:
        return Opener(apps.host, SolaraLibrary(), development=development).open(
            spec or str(apps.folder)
        )

    return opened
