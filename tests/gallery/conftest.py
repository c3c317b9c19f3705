"""Fixtures for the pages of examples/gallery."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, find_chromium
from tests.browser.proxies import Line
from tests.browser.servers import AppServer
from tests.browser.visits import Visits
from tests.environments import use
from tests.gallery.library import Library
from tests.gallery.table import GALLERY, HERE
from tests.patience import PATIENCE

# WebGL without a graphics card: drawn by the processor.
WEBGL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
# A camera that shows a test picture, and that pages may use without asking.
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE) and "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all libraries; it has WebGL."""
    path = find_chromium()
    expect.set_options(timeout=PATIENCE * 1000)
    arguments = [*(each for each in ARGUMENTS if each != "--disable-gpu"), *WEBGL, *CAMERA]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def visits(browser: Browser) -> Iterator[Visits]:
    """Opens pages, which are closed and checked after the test."""
    visits = Visits(browser)
    yield visits
    visits.close()


@pytest.fixture(scope="class")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AppServer]:
    """Serves the page of a library, in the environment that has it."""
    library = request.cls
    assert issubclass(library, Library)
    server = AppServer(
        GALLERY / library.page,
        python=use.interpreter(library.environment),
        state=tmp_path_factory.mktemp("state"),
    )
    yield server
    server.stop()


@pytest.fixture
def line(server: AppServer) -> Iterator[Line]:
    """A line to the server that can be cut."""
    line = Line(server.port)
    yield line
    line.close()
