"""Pages keep their sessions where their cookie is lost: they have a token of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.proxies import Line
from tests.browser.servers import AppServer, Servers
from tests.browser.visits import Visits

APP = """
import ipywidgets as widgets

click, clicks = widgets.Button(description="Click"), widgets.Label("0 clicks")
count = 0

def clicked(_):
    global count
    count += 1
    clicks.value = f"{count} clicks"

click.on_click(clicked)
widgets.VBox([click, clicks])
"""
LOST = r"WebSocket connection to .* failed|ERR_CONNECTION|ERR_EMPTY"
MakeLine = Callable[[AppServer], Line]


@pytest.fixture
def make_line() -> Iterator[MakeLine]:
    made: list[Line] = []

    def make(server: AppServer) -> Line:
        made.append(Line(server.port))
        return made[-1]

    yield make
    for line in made:
        line.close()


def click(page: Page, count: int) -> None:
    page.get_by_role("button", name="Click").click()
    expect(page.get_by_text(f"{count} clicks")).to_be_visible()


def test_two_servers_of_one_host_do_not_end_each_other_s_pages(
    serve: Servers, visits: Visits, make_line: MakeLine
) -> None:
    visits.allow(LOST)
    script = serve.script(APP)
    states = [script.parent / name for name in ("one", "two")]
    lines = [make_line(serve.start(script, SUNDOG_STATE_DIRECTORY=str(state))) for state in states]
    first = visits.open(lines[0].url)
    click(first, 1)
    second = visits.another(first.context, lines[1].url)
    click(second, 1)
    for line in lines:
        line.break_once()
    click(first, 2)
    click(second, 2)


def test_a_page_whose_cookies_are_deleted_goes_on(
    serve: Servers, visits: Visits, make_line: MakeLine
) -> None:
    visits.allow(LOST)
    server = serve.start(serve.script(APP))
    line = make_line(server)
    page = visits.open(line.url)
    click(page, 1)
    page.context.clear_cookies()
    line.break_once()
    click(page, 2)
