"""A saved app of components goes on with what its hooks and reactive variables hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.servers import AppServer
from tests.browser.visits import Visits
from tests.environments import use
from tests.solara.website import ENVIRONMENT

APP = """
import solara

total = solara.reactive(10)
untouched = solara.reactive("first")


@solara.component
def Counter():
    count, set_count = solara.use_state(0)
    solara.Button(f"count {count}", on_click=lambda: set_count(count + 1))


@solara.component
def Page():
    Counter()
    solara.Button(f"total {total.value}", on_click=lambda: total.set(total.value + 1))
    solara.Text(f"said {untouched.value}")
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[AppServer]:
    python = use.interpreter(ENVIRONMENT)
    app = tmp_path / "app" / "app.py"
    app.parent.mkdir()
    app.write_text(APP)
    server = AppServer(app, python=python, state=tmp_path / "state")
    yield server
    server.stop()


def test_hooks_and_reactive_variables_keep_what_was_changed(
    server: AppServer, tmp_path: Path, visits: Visits
) -> None:
    page = visits.open(server.url)
    page.evaluate("window.marker = 1")
    for name in ("count 0", "count 1", "total 10"):
        page.get_by_role("button", name=name).click()
    expect(page.get_by_role("button", name="total 11")).to_be_visible()
    new = APP.replace('"first"', '"second"').replace("count {", "counted {")
    (tmp_path / "app" / "app.py").write_text(new.replace("total {", "sum {"))
    expect(page.get_by_role("button", name="counted 2")).to_be_visible()
    expect(page.get_by_role("button", name="sum 11")).to_be_visible()
    # What nobody has changed is as the new code says.
    expect(page.get_by_text("said second")).to_be_visible()
    # The state belongs to the new code, not only its picture.
    page.get_by_role("button", name="counted 2").click()
    page.get_by_role("button", name="sum 11").click()
    expect(page.get_by_role("button", name="counted 3")).to_be_visible()
    expect(page.get_by_role("button", name="sum 12")).to_be_visible()
    assert page.evaluate("window.marker") == 1


def test_hooks_that_no_longer_fit_begin_anew(
    server: AppServer, tmp_path: Path, visits: Visits
) -> None:
    page = visits.open(server.url)
    page.get_by_role("button", name="count 0").click()
    page.get_by_role("button", name="total 10").click()
    expect(page.get_by_role("button", name="count 1")).to_be_visible()
    # What was a number is a list now, so the first render with the former value fails.
    new = APP.replace("use_state(0)", "use_state([])").replace("count {count}", "size {len(count)}")
    (tmp_path / "app" / "app.py").write_text(new)
    expect(page.get_by_role("button", name="size 0")).to_be_visible()
    expect(page.get_by_role("region", name="Why the app cannot run")).to_be_hidden()
