"""A server per module, and browsers for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sundog.config import Secret
from sundog.server import Server
from tests.servers import Browser, make_server

SECRET = "a secret that the tests know, of more than 32 characters"

APP = """
import ipywidgets as widgets
slider = widgets.IntSlider()
label = widgets.Label()
slider.observe(lambda change: setattr(label, "value", f"value {change.new}"), "value")
widgets.VBox([slider, label])
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("project")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with make_server(folder, APP, session_secret_key=Secret(SECRET)) as server:
        yield server


@pytest.fixture
def make_browser(server: Server) -> Iterator[Callable[[], Browser]]:
    made: list[Browser] = []

    def make() -> Browser:
        made.append(Browser(server))
        return made[-1]

    yield make
    for browser in made:
        browser.http.close()


@pytest.fixture
def browser(make_browser: Callable[[], Browser]) -> Browser:
    return make_browser()
