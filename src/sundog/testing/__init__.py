"""A pytest plugin that runs tests written for `solara.test.pytest_plugin` with Sundog.

Load it by its name, before any test imports Solara::

    pytest -p sundog.testing

Solara's fixtures (``solara_test``, ``solara_app``, ``page_session`` and so on) then use Sundog: the
plugin installs Sundog's hooks in the process of the tests, and replaces the server that the
fixtures start. docs/solara-apps.md describes the settings.
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
    """Register Solara's plugin, whose options pytest reads next.

    Raises:
        pytest.UsageError: Solara was imported before this plugin.
    """
    from sundog.testing.bench import Bench

    if "solara" in sys.modules:
        raise pytest.UsageError(
            "Solara was imported before Sundog's plugin, which must come first. Load the plugin "
            "with: pytest -p sundog.testing"
        )
    bench = Bench()
    pluginmanager.register(bench, _BENCH)
    pluginmanager.register(importlib.import_module(SOLARA_PLUGIN), SOLARA_PLUGIN)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the plugin and all hooks."""
    bench: Bench | None = config.pluginmanager.unregister(name=_BENCH)
    if bench is not None:
        bench.close()


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call() -> Generator[None, Any, Any]:
    """Send what a test prints to its widgets, because pytest has replaced the streams."""
    from sundog.hooks.core import stdio

    uninstall = stdio.install()
    try:
        return (yield)
    finally:
        uninstall()
