"""A page whose kernel has ended starts afresh, and offers back what the user had entered."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.proxies import Line
from tests.browser.servers import Servers
from tests.browser.visits import Visits

APP = """
import datetime
import ipywidgets as widgets
name, size = widgets.Text(description="Name"), widgets.IntSlider(description="Size")
day, colour = widgets.DatePicker(description="Day"), widgets.Dropdown(
    options=["red", "green", "blue"], description="Colour")
secret = widgets.Password(description="Secret")
untouched = widgets.Text("same", description="Other")
said = widgets.Label()

def say(*_):
    said.value = f"{name.value!r} {size.value} {day.value} {colour.value} {secret.value!r}"

for each in (name, size, day, colour, secret):
    each.observe(say, "value")
widgets.VBox([name, size, day, colour, secret, untouched, said.add_class("said")])
"""

LOST = r"WebSocket connection to .* failed|ERR_CONNECTION|ERR_EMPTY"
BEFORE = "'Ann' 2 2024-05-06 blue 'hush'"
AFTER = "'Ann' 2 2024-05-06 blue ''"


def enter(page: Page) -> None:
    page.get_by_label("Name").fill("Ann")
    for _ in range(2):
        page.get_by_role("slider").press("ArrowRight")
    page.get_by_label("Day").fill("2024-05-06")
    page.get_by_label("Day").blur()
    page.get_by_label("Colour").select_option("blue")
    page.get_by_label("Secret").fill("hush")
    expect(page.locator(".said")).to_have_text(BEFORE)


@pytest.mark.parametrize("mode", ["ask", "restart"])
def test_what_was_entered_comes_back(serve: Servers, visits: Visits, mode: str) -> None:
    visits.allow(LOST)
    server = serve.start(
        serve.script(APP), SUNDOG_KERNEL_CULL_TIMEOUT="10ms", SUNDOG_EXPIRED_PAGE=mode
    )
    line = Line(server.port)
    page = visits.open(line.url)
    enter(page)
    line.cut()
    line.wait_until_tried()
    line.mend()
    if mode == "ask":
        status = page.get_by_role("status")
        expect(status).to_contain_text("This session has ended")
        again = status.get_by_role("button", name="Restart app")
        again.focus()
        again.press("Enter")
    offer = page.get_by_role("region", name="What you entered")
    expect(offer).to_contain_text("Restore what you entered?")
    expect(page.get_by_label("Name")).to_have_value("")
    offer.get_by_role("button", name="Restore").press("Enter")
    expect(page.locator(".said")).to_have_text(AFTER)
    expect(page.get_by_label("Name")).to_have_value("Ann")
    expect(page.get_by_label("Day")).to_have_value("2024-05-06")
    expect(page.locator(".widget-readout")).to_have_text("2")
    expect(offer).to_have_count(0)
    # It is offered once.
    page.reload()
    visits.wait_until_ready(page)
    expect(page.get_by_label("Name")).to_have_value("")
    expect(offer).to_have_count(0)
    line.close()


def test_a_page_that_never_had_its_kernel_reloads_once(serve: Servers, visits: Visits) -> None:
    visits.allow(LOST)
    server = serve(APP)
    stale: list[str] = []

    page = visits.open(server.url)
    address = re.compile(re.escape(server.url) + "/?$")
    # A page out of a cache: what it names has ended.
    old = page.content()
    page.goto("about:blank")

    def answer(route: object) -> None:
        if stale:
            route.continue_()  # type: ignore[attr-defined]
        else:
            stale.append("given")
            route.fulfill(body=old, content_type="text/html")  # type: ignore[attr-defined]

    page.route(address, answer)
    page.goto(server.url)
    visits.wait_until_ready(page)
    expect(page.get_by_label("Name")).to_have_value("")
    expect(page.get_by_role("status")).to_be_hidden()
    assert stale == ["given"]
