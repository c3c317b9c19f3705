"""What a page does when its server goes away, and comes back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.proxies import Line
from tests.browser.servers import AppServer, Servers
from tests.browser.visits import Visits

APP = """
import threading
import ipywidgets as widgets
text = widgets.Text(description="Text")
slider = widgets.IntSlider(description="Size")
said, ticks = widgets.Label(), widgets.Label("0 ticks")
out, box = widgets.Output(), widgets.VBox([])
presses = 0

def say(*_):
    said.value = f"{text.value!r} {slider.value} {presses}"

def press(_):
    global presses
    presses += 1
    say()
    with out:
        print("press", presses)
    box.children += (widgets.Label(f"child {presses}"),)

@out.capture()
def tick(_):
    # What follows happens while nobody is connected.
    def later():
        for number in range(200):
            ticks.value = f"{number + 1} ticks"
            with out:
                print("tick", number)
        slider.value = 77
        ticks.value = "all ticks"
    threading.Timer(0.7, later).start()
    ticks.value = "soon"

button, timer = widgets.Button(description="Press"), widgets.Button(description="Tick")
button.on_click(press)
timer.on_click(tick)
text.observe(say, "value")
slider.observe(say, "value")
widgets.VBox([text, slider, button, timer, said.add_class("said"), ticks.add_class("ticks"), out,
              box.add_class("box")])
"""

LOST = r"console error: WebSocket connection to .* failed"
BANNER = "Connection lost"

MakeLine = Callable[..., Line]


@pytest.fixture
def make_line() -> Iterator[MakeLine]:
    """Make lines to servers."""
    made: list[Line] = []

    def make(server: AppServer, strip: str = "") -> Line:
        made.append(Line(server.port, strip=strip))
        return made[-1]

    yield make
    for line in made:
        line.close()


@pytest.fixture
def line(serve: Servers, make_line: MakeLine) -> Line:
    return make_line(serve(APP))


@pytest.fixture
def page(line: Line, visits: Visits) -> Page:
    visits.allow(LOST)
    visits.allow("ERR_CONNECTION|ERR_EMPTY")
    return settled(visits.open(line.url))


def settled(page: Page) -> Page:
    """Return a page once it has loaded all that it loads by itself."""
    page.wait_for_function("[...document.styleSheets].some(it => it.href?.includes('/icons-'))")
    return page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_loss_is_said_and_mended(page: Page, line: Line) -> None:
    status = page.get_by_role("status")
    press(page, "Press")
    expect(page.get_by_text("press 1")).to_be_visible()
    line.cut()
    expect(status).to_contain_text(BANNER)
    # Above what the app shows, and out of its flow.
    expect(status).to_have_css("position", "fixed")
    line.wait_until_tried()
    status.get_by_role("button", name="Reconnect now").click()
    line.wait_until_tried()
    line.mend()
    expect(status).to_be_hidden()
    press(page, "Press")
    expect(page.locator(".said")).to_have_text("'' 0 2")
    expect(page.locator(".box > *")).to_have_text(["child 1", "child 2"])


def test_what_is_done_meanwhile_is_not_lost(page: Page, line: Line) -> None:
    line.cut()
    expect(page.get_by_role("status")).to_contain_text(BANNER)
    page.get_by_label("Text").fill("written offline")
    page.get_by_role("slider").press("ArrowRight")
    page.get_by_role("slider").press("ArrowRight")
    for _ in range(3):
        press(page, "Press")
    line.mend()
    expect(page.locator(".said")).to_have_text("'written offline' 2 3")
    expect(page.locator(".box > *")).to_have_count(3)
    expect(page.get_by_label("Text")).to_have_value("written offline")


def test_what_the_app_does_meanwhile_is_not_lost(page: Page, line: Line) -> None:
    press(page, "Press")
    expect(page.get_by_text("press 1")).to_be_visible()
    press(page, "Tick")
    expect(page.locator(".ticks")).to_have_text("soon")
    line.cut()
    line.wait_until_tried()
    line.wait_until_tried()
    line.mend()
    expect(page.locator(".ticks")).to_have_text("all ticks")
    expect(page.locator(".widget-readout")).to_have_text("77")
    expect(page.get_by_text("tick 199")).to_be_visible()
    assert page.locator("#sundog-root").inner_text().count("tick 100\n") == 1


def test_many_short_losses(page: Page, line: Line) -> None:
    press(page, "Press")
    # What shows outputs is there now.
    expect(page.get_by_text("press 1")).to_be_visible()
    for number in range(2, 6):
        press(page, "Press")
        line.break_once()
        page.get_by_label("Text").fill(f"text {number}")
    expect(page.locator(".said")).to_have_text("'text 5' 0 5")
    expect(page.locator(".box > *")).to_have_count(5)


def test_the_focus_stays_over_a_loss(page: Page, line: Line) -> None:
    field = page.get_by_label("Text")
    field.click()
    page.keyboard.type("before ")
    line.cut()
    expect(page.get_by_role("status")).to_contain_text(BANNER)
    page.keyboard.type("after")
    line.mend()
    expect(page.locator(".said")).to_contain_text("'before after'")
    expect(field).to_be_focused()


def test_a_loss_while_something_is_loaded(
    serve: Servers, make_line: MakeLine, visits: Visits
) -> None:
    visits.allow(LOST)
    visits.allow("Unable to preload CSS|ERR_|Failed to load|Failed to fetch")
    line = make_line(serve(APP))
    page = settled(visits.open(line.url))
    page.route(re.compile("/main-.*"), lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("could not be loaded")
    page.unroute_all()
    page.get_by_role("button", name="Reload page").click()
    settled(page)
    # What shows outputs is not there yet, and is wanted while it can't be had.
    page.route(re.compile("/rich-.*"), lambda route: route.abort())
    with page.expect_event("requestfailed", lambda request: "/rich-" in request.url):
        press(page, "Tick")
    expect(page.locator(".ticks")).to_have_text("all ticks")
    line.cut()
    expect(page.get_by_role("status")).to_contain_text(BANNER)
    page.unroute_all()
    line.mend()
    expect(page.get_by_text("tick 199")).to_be_visible()


def test_more_was_missed_than_the_server_keeps(
    serve: Servers, make_line: MakeLine, visits: Visits
) -> None:
    visits.allow(LOST)
    app = serve.script(APP)
    line = make_line(serve.start(app, SUNDOG_REPLAY_MESSAGES="10"))
    page = settled(visits.open(line.url))
    press(page, "Press")
    expect(page.get_by_text("press 1")).to_be_visible()
    press(page, "Tick")
    expect(page.locator(".ticks")).to_have_text("soon")
    line.cut()
    line.wait_until_tried()
    line.wait_until_tried()
    line.mend()
    expect(page.locator(".ticks")).to_have_text("all ticks")
    expect(page.get_by_text("tick 199")).to_be_visible()
    expect(page.get_by_text("press 1", exact=False)).to_be_visible()
    expect(page.locator(".widget-readout")).to_have_text("77")
    press(page, "Press")
    expect(page.locator(".said")).to_have_text("'' 77 2")
    expect(page.locator(".box > *")).to_have_text(["child 1", "child 2"])
    expect(page.get_by_role("slider")).to_have_count(1)


def test_an_ended_kernel_offers_a_fresh_start(
    serve: Servers, make_line: MakeLine, visits: Visits
) -> None:
    visits.allow(LOST)
    line = make_line(serve.start(serve.script(APP), SUNDOG_KERNEL_CULL_TIMEOUT="10ms"))
    page = settled(visits.open(line.url))
    press(page, "Press")
    expect(page.get_by_text("press 1")).to_be_visible()
    expect(page.locator(".said")).to_have_text("'' 0 1")
    line.cut()
    line.wait_until_tried()
    line.mend()
    status = page.get_by_role("status")
    expect(status).to_contain_text("This session has ended")
    expect(page.locator(".said")).to_have_text("'' 0 1")
    status.get_by_role("button", name="Restart app").click()
    expect(page.locator(".said")).to_have_text("")
    visits.wait_until_ready(page)
    press(page, "Press")
    expect(page.locator(".said")).to_have_text("'' 0 1")


def test_a_server_that_comes_back(serve: Servers, visits: Visits) -> None:
    visits.allow(LOST)
    app = serve.script(APP)
    server = serve.start(app)
    page = visits.open(server.url)
    press(page, "Press")
    expect(page.locator(".said")).to_have_text("'' 0 1")
    server.stop()
    status = page.get_by_role("status")
    expect(status).to_contain_text(BANNER)
    serve.start(app, "--port", str(server.port))
    # The kernel is gone with the old process; what the user sees stays until he is done with it.
    expect(status).to_contain_text("This session has ended")
    expect(page.locator(".said")).to_have_text("'' 0 1")
    status.get_by_role("button", name="Restart app").click()
    expect(page.locator(".said")).to_have_text("")
    press(page, "Press")
    expect(page.locator(".said")).to_have_text("'' 0 1")


@pytest.mark.parametrize("strip", ["", "/apps/one"], ids=["kept", "stripped"])
def test_behind_a_prefix(serve: Servers, make_line: MakeLine, visits: Visits, strip: str) -> None:
    line = make_line(serve(APP, "--root-path", "/apps/one"), strip=strip)
    paths: list[str] = []
    page = visits.open(line.url + "/apps/one/")
    page.on("request", lambda request: paths.append(request.url.removeprefix(line.url)))
    page.reload()
    visits.wait_until_ready(page)
    press(page, "Press")
    expect(page.locator(".said")).to_have_text("'' 0 1")
    # Printed: what shows it has been loaded.
    expect(page.get_by_text("press 1")).to_be_visible()
    assert all(path.startswith(("/apps/one", "data:", "blob:")) for path in paths)
    line.break_once()
    visits.allow(LOST)
    press(page, "Press")
    expect(page.locator(".said")).to_have_text("'' 0 2")
