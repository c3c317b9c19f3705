"""A page that is left, and shown again out of the browser's memory (the back/forward cache)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import ARGUMENTS, find_chromium
from tests.browser.proxies import Line
from tests.browser.servers import AppServer, Servers
from tests.browser.visits import Visits

APP = """
import ipywidgets as widgets
import sundog

name, said = widgets.Text(description="Name"), widgets.Label("nobody")
name.observe(lambda change: setattr(said, "value", f"hello {change.new}"), "value")
sundog.on_kernel_start(lambda: lambda: print(f"goodbye {name.value}", flush=True))
widgets.VBox([name, said.add_class("said")])
"""
NOTE_SHOWS = """
addEventListener("pageshow", (event) => {
  sessionStorage.shows = (sessionStorage.shows ?? "") + (event.persisted ? " again" : " new");
});
"""


@pytest.fixture(scope="module")
def keeping(browser: Browser) -> Iterator[Browser]:
    """A browser that keeps pages in its memory; the tests' usual one is told not to."""
    started = browser.browser_type.launch(
        executable_path=find_chromium(),
        args=ARGUMENTS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield started
    started.close()


@pytest.fixture
def visits(keeping: Browser) -> Iterator[Visits]:
    visits = Visits(keeping)
    yield visits
    visits.close()


@pytest.fixture
def server(serve: Servers) -> AppServer:
    return serve.start(serve.script(APP))


def open_and_return(visits: Visits, server: AppServer, url: str) -> Page:
    """Enter a name, go somewhere else, and back."""

    def prepare(context: BrowserContext) -> None:
        context.add_init_script(NOTE_SHOWS)

    visits.allow("favicon")
    page = visits.open(url, prepare=prepare)
    page.get_by_label("Name").fill("Ann")
    expect(page.locator(".said")).to_have_text("hello Ann")
    page.goto(url + "/livez")
    # The last page of its kernel was left.
    server.wait_for_log("goodbye Ann")
    page.go_back(wait_until="commit")
    return page


def shows(page: Page) -> str:
    return str(page.evaluate("sessionStorage.shows"))


def test_a_page_that_the_browser_has_kept_starts_afresh(server: AppServer, visits: Visits) -> None:
    line = Line(server.port, keepable=True)
    page = open_and_return(visits, server, line.url)
    offer = page.get_by_role("region", name="What you entered")
    offer.get_by_role("button", name="Restore").click()
    expect(page.locator(".said")).to_have_text("hello Ann")
    page.get_by_label("Name").fill("Ben")
    expect(page.locator(".said")).to_have_text("hello Ben")
    expect(page.get_by_role("status")).to_be_hidden()
    # The app, the other page, the app as it was left, and the app anew.
    assert shows(page) == " new new again new"
    line.close()


def test_a_page_that_comes_from_the_server_again_is_new(server: AppServer, visits: Visits) -> None:
    page = open_and_return(visits, server, server.url)
    visits.wait_until_ready(page)
    expect(page.locator(".said")).to_have_text("nobody")
    page.get_by_label("Name").fill("Ben")
    expect(page.locator(".said")).to_have_text("hello Ben")
    assert shows(page) == " new new new"
