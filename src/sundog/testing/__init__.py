"""A plugin for pytest: tests that use the fixtures of `solara.test.pytest_plugin` run with Sundog.

    pytest -p sundog.testing

It puts Sundog's hooks into the process that runs the tests, before Solara is imported there, and
Sundog's own server in the place of the one that the fixtures start.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sundog.testing.bench import Bench

SOLARA_PLUGIN = "solara.test.pytest_plugin"
_BENCH = "sundog-bench"


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Bring in Solara's plugin, whose options are read next."""
    from sundog.testing.bench import Bench

    if "solara" in sys.modules:
        raise pytest.UsageError(
            "Solara has been imported before Sundog's plugin, which has to come first: "
            "pytest -p sundog.testing"
        )
    bench = Bench()
    pluginmanager.register(bench, _BENCH)
    pluginmanager.register(importlib.import_module(SOLARA_PLUGIN), SOLARA_PLUGIN)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take everything out again."""
    bench: Bench | None = config.pluginmanager.unregister(name=_BENCH)
    if bench is not None:
        bench.close()


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call() -> Generator[None, Any, Any]:
    """Have what a test prints go to its widgets: pytest has put streams of its own in place."""
    from sundog.hooks.core import stdio

    uninstall = stdio.install()
    try:
        return (yield)
    finally:
        uninstall()
