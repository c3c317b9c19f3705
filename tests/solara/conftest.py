"""Fixtures for the applications that solara-ui ships."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, find_chromium
from tests.browser.servers import AppServer
from tests.browser.visits import Visits
from tests.environments import use
from tests.patience import PATIENCE
from tests.solara.website import ENVIRONMENT, OFFLINE, serve


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "visits" in getattr(item, "fixturenames", ()) and "solara" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all tests of the package."""
    use.interpreter(ENVIRONMENT)
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def website(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """The website, served."""
    use.interpreter(ENVIRONMENT)
    server = serve(tmp_path_factory.mktemp("state"))
    yield server
    server.stop()


@pytest.fixture
def visits(browser: Browser) -> Iterator[Visits]:
    """Opens pages, which are closed and checked; what the website has on the internet may lack."""
    visits = Visits(browser)
    visits.allow(OFFLINE.pattern)
    visits.allow("a request left this machine: https://")
    yield visits
    visits.close()
