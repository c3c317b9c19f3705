"""Fixtures for the tests in a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.servers import Servers
from tests.browser.visits import Visits
from tests.patience import PATIENCE

# The browser's own buttons are pages by now, each with a process that computes. The last list of
# features counts, so it names those that Playwright turns off as well and that matter here.
UNUSED_FEATURES = (
    "InitialWebUI",
    "WebUIReloadButton",
    "WebUIToolbar",
    "WebUILocationBar",
    "WebUIHomeButton",
    "WebUISplitTabsButton",
    "WebUITabStrip",
    "WebUIOmniboxPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "MediaRouter",
    "OptimizationHints",
    "PaintHolding",
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(UNUSED_FEATURES)}",
    # Nothing but this machine can be reached, whatever a page asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


def find_chromium() -> str:
    """Return the browser of this machine."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path is not None:
            return path
    if os.environ.get("CI"):
        pytest.fail("Chromium is missing: install Debian's package `chromium`")
    pytest.skip("Chromium is missing: install Debian's package `chromium`")


# Of the package, not of the session: Playwright's event loop counts as running in this thread,
# and other tests run loops of their own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    path = find_chromium()
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Serves apps until the module's last test has ended."""
    servers = Servers(tmp_path_factory.mktemp("projects"))
    yield servers
    servers.stop()


@pytest.fixture
def visits(browser: Browser) -> Iterator[Visits]:
    """Opens pages, which are closed and checked after the test."""
    visits = Visits(browser)
    yield visits
    visits.close()


@pytest.fixture(scope="module")
def long_visits(browser: Browser) -> Iterator[Visits]:
    """Opens pages that all tests of a module share."""
    visits = Visits(browser)
    yield visits
    visits.close()
