"""Fixtures for tests of apps of several pages."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from sundog.app.opener import Opener
from sundog.solara.library import SolaraLibrary
from tests.apps import Apps


@pytest.fixture(autouse=True)
def _fresh_modules() -> Any:
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def opened(apps: Apps) -> Any:
    """Open what is in the folder of the apps."""

    def opened(spec: str = "", *, development: bool = True) -> Any:
        return Opener(apps.host, SolaraLibrary(), development=development).open(
            spec or str(apps.folder)
        )

    return opened
