"""The full state of an app that makes widgets all the time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.proxies import Line
from tests.browser.servers import Servers
from tests.browser.visits import Visits

APP = """
import ipywidgets as w

box, count = w.VBox(), w.Label()
hidden = w.HBox([w.Text("typed by the app")])
slider, mirror = w.IntSlider(), w.IntText()
w.jslink((slider, "value"), (mirror, "value"))

def rebuild(_):
    for number in range(100):
        box.children = [w.Label(f"row {row} of {number}") for row in range(5)]
    count.value = f"{number + 1} trees"

def show(_):
    box.children = [hidden, slider, mirror]

again, reveal = w.Button(description="Rebuild"), w.Button(description="Reveal")
again.on_click(rebuild)
reveal.on_click(show)
w.VBox([again, reveal, count, box])
"""


@pytest.fixture
def lines() -> Iterator[list[Line]]:
    made: list[Line] = []
    yield made
    for line in made:
        line.close()


def test_it_has_what_is_shown_and_the_rest_comes_when_it_is_shown(
    serve: Servers, visits: Visits, lines: list[Line]
) -> None:
    server = serve.start(serve.script(APP), SUNDOG_REPLAY_MESSAGES="1")
    lines.append(Line(server.port))
    visits.allow("console error: WebSocket connection to .* failed")
    page = visits.open(lines[0].url)
    received: list[int] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))),
    )
    page.get_by_role("button", name="Rebuild").click()
    expect(page.get_by_text("100 trees")).to_be_visible()
    lines[0].forget()
    page.get_by_role("button", name="Reveal").click()
    field = page.locator("input[type=text]").first
    expect(field).to_have_value("typed by the app")
    expect(page.get_by_text("row 4 of 99")).to_have_count(0)
    # All 1,500 widgets would take more than a megabyte.
    assert 0 < sum(received) < 100_000
    # The link works too.
    page.locator(".noUi-handle").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("input[type=number]")).to_have_value("1")
