"""A real server whose pages get kernels that are ready."""

from __future__ import annotations

import gc
import math
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sundog.config import Mode
from sundog.server import Server
from tests.kernels import eventually
from tests.servers import Browser, make_server

APP = """
import ipywidgets as widgets
import sundog
from counting import runs

runs.append(1)
label = widgets.Label(f"run {len(runs)}")
button = widgets.Button(description="who")
button.on_click(lambda _: setattr(label, "value", sundog.get_session_id()[:4]))
widgets.VBox([label, button])
"""
# Seconds that a slow app takes.
TAKES = 0.4
ASKS = "import sundog\nsundog.get_request()\n" + APP


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "counting.py").write_text("runs = []\n")
    return tmp_path


@pytest.fixture(autouse=True)
def fresh_module() -> Iterator[None]:
    yield
    sys.modules.pop("counting", None)


def runs() -> int:
    """How often the app has run: at start, in advance, and for pages."""
    return len(sys.modules["counting"].runs)


def serve(folder: Path, app: str, mode: Mode = Mode.PRODUCTION) -> Server:
    return make_server(folder, app, kernel_prewarm=1, mode=mode)


def text_of_first_page(server: Server) -> str:
    with Browser(server) as browser, browser.attach(browser.open()) as connection:
        return str(connection.messages)


def test_a_page_gets_the_run_that_was_made_before_it_came(folder: Path) -> None:
    with serve(folder, APP) as server:
        eventually(lambda: runs() == 2)
        assert "run 2" in text_of_first_page(server)
        # For the next one.
        eventually(lambda: runs() == 3)


def test_its_whole_page_is_ready_when_the_socket_opens(folder: Path) -> None:
    def seconds_to_all() -> float:
        with Browser(server) as browser, browser.connect(browser.open()) as connection:
            began = time.perf_counter()
            assert connection.read()["type"] == "welcome"
            _, first, messages = connection.read()
            whole = (first, messages[0][0], messages[-1]) == (1, "open", ["ready"])
            return time.perf_counter() - began if whole else math.inf

    with serve(folder, f"import time\ntime.sleep({TAKES})\n{APP}") as server:
        # A page may come before the next run is there.
        eventually(lambda: seconds_to_all() < TAKES)


def test_what_the_start_has_made_is_no_matter_of_collections(folder: Path) -> None:
    with serve(folder, APP):
        assert gc.get_freeze_count() > 10_000
    assert gc.get_freeze_count() == 0


def test_an_app_that_reads_the_request_runs_for_each_page(folder: Path) -> None:
    with serve(folder, ASKS) as server:
        assert "run 2" in text_of_first_page(server)
        assert "run 3" in text_of_first_page(server)


def test_in_development_nothing_runs_in_advance(folder: Path) -> None:
    with serve(folder, APP, Mode.DEVELOPMENT) as server:
        assert "run 2" in text_of_first_page(server)
        assert runs() == 2
