"""Each starter runs as it is created, and does what it is for."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sundog.starters import STARTERS, create
from tests.browser.servers import Servers
from tests.browser.visits import Visits


@pytest.fixture
def page(request: pytest.FixtureRequest, tmp_path: Path, serve: Servers, visits: Visits) -> Page:
    """The page of a new app from the starter that a test names."""
    starter = STARTERS[request.param]
    create(starter, tmp_path / "new")
    return visits.open(serve.start(tmp_path / "new" / starter.run).url)


@pytest.mark.parametrize("page", ["widget"], indirect=True)
def test_widget(page: Page) -> None:
    expect(page.get_by_text("after 20 years")).to_be_visible()
    page.get_by_role("slider", name="Years").press("Home")
    expect(page.get_by_text("2,496 after 1 years")).to_be_visible()


@pytest.mark.parametrize("page", ["notebook"], indirect=True)
def test_notebook(page: Page) -> None:
    expect(page.get_by_role("heading", name="Savings")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(5)
    page.get_by_role("slider", name="Years").press("Home")
    expect(page.get_by_role("cell", name="2,496 €")).to_be_visible()


@pytest.mark.parametrize("page", ["anywidget"], indirect=True)
def test_anywidget(page: Page) -> None:
    page.get_by_role("button", name="5 of 5").click()
    expect(page.get_by_text("5 of 5", exact=True)).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("0 of 5", exact=True)).to_be_visible()


@pytest.mark.parametrize("page", ["pages"], indirect=True)
def test_pages(page: Page) -> None:
    expect(page.get_by_text("after 20 years at 4 %")).to_be_visible()
    page.get_by_role("slider", name="Years").press("Home")
    expect(page.get_by_text("2,496 after 1 years")).to_be_visible()
    page.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", name="Compare")).to_be_visible()
    expect(page.get_by_role("cell", name="4 %")).to_be_visible()
    page.get_by_role("link", name="About").click()
    page.get_by_role("link", name="first page").click()
    # What was entered there is still there.
    expect(page.get_by_text("2,496 after 1 years")).to_be_visible()
