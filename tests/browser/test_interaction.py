"""`interact`, and links between widgets."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.browser.servers import Servers
from tests.browser.visits import Visits

INTERACT = """
from ipywidgets import interact, interact_manual, interactive, fixed, widgets
from IPython.display import display

@interact(x=(0, 10), flag=True, name="Ada", pick=["a", "b"], rest=fixed(1))
def show(x=3, flag=True, name="Ada", pick="a", rest=0):
    print("given", x, flag, name, pick, rest)
    return x * x
"""

MANUAL = """
import ipywidgets as widgets
calls = 0
def show(x):
    global calls
    calls += 1
    print("call", calls, "with", x)
widgets.interactive(show, {"manual": True}, x=(0, 10))
"""

PIECES = """
import ipywidgets as widgets
a, b = widgets.IntSlider(1, description="a"), widgets.IntText(2, description="b")
out = widgets.interactive_output(lambda a, b: print("product", a * b), {"a": a, "b": b})
widgets.VBox([b, out, a])
"""

RAISING = """
import ipywidgets as widgets
def divide(by):
    print("result", 12 / by)
widgets.interactive(divide, by=widgets.IntText(3, description="by"))
"""

LINKS = """
import ipywidgets as widgets
one, two = widgets.IntText(1, description="one"), widgets.IntText(1, description="two")
three = widgets.IntText(1, description="three")
widgets.jslink((one, "value"), (two, "value"))
widgets.jsdlink((one, "value"), (three, "value"))
made = widgets.Label("nothing")
cut = widgets.Button(description="Cut")
four, five = widgets.IntText(1, description="four"), widgets.IntText(1, description="five")
link = widgets.link((four, "value"), (five, "value"))
js = widgets.jslink((four, "value"), (made, "value"))
cut.on_click(lambda _: (link.unlink(), js.unlink(), setattr(cut, "description", "Done")))
widgets.VBox([one, two, three, four, five, cut])
"""


def set_number(page: Page, label: str, value: int) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(str(value))
    field.press("Enter")


def test_interact_makes_controls_and_runs(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(INTERACT).url)
    expect(page.get_by_text("given 3 True Ada a 1")).to_be_visible()
    expect(page.get_by_text("9", exact=True)).to_be_visible()
    page.get_by_role("slider").press("ArrowRight")
    expect(page.get_by_text("given 4 True Ada a 1")).to_be_visible()
    expect(page.get_by_text("16", exact=True)).to_be_visible()
    expect(page.get_by_text("given 3")).to_have_count(0)
    page.get_by_label("flag").uncheck()
    page.get_by_label("name").fill("Bob")
    page.get_by_label("pick").select_option("b")
    expect(page.get_by_text("given 4 False Bob b 1")).to_be_visible()
    expect(page.get_by_text("given")).to_have_count(1)


def test_by_hand_only_when_asked(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(MANUAL).url)
    page.get_by_role("slider").press("ArrowRight")
    run = page.get_by_role("button", name="Run Interact")
    run.click()
    expect(page.get_by_text("call 1 with 6")).to_be_visible()
    page.get_by_role("slider").press("ArrowRight")
    run.click()
    expect(page.get_by_text("call 2 with 7")).to_be_visible()


def test_pieces_placed_by_hand(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(PIECES).url)
    expect(page.get_by_text("product 2")).to_be_visible()
    set_number(page, "b", 21)
    expect(page.get_by_text("product 21")).to_be_visible()
    page.get_by_role("slider").press("ArrowRight")
    expect(page.get_by_text("product 42")).to_be_visible()


def test_an_error_stands_where_the_result_would(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(RAISING).url)
    set_number(page, "by", 0)
    expect(page.locator(".jp-OutputArea").get_by_text("ZeroDivisionError").first).to_be_visible()
    set_number(page, "by", 4)
    expect(page.get_by_text("result 3.0")).to_be_visible()
    expect(page.get_by_text("ZeroDivisionError")).to_have_count(0)


@pytest.mark.parametrize("offline", [False, True])
def test_links_of_the_page_need_no_server(serve: Servers, visits: Visits, offline: bool) -> None:
    page = visits.open(serve(LINKS).url)
    if offline:
        # The connection stays open, but nothing passes.
        page.evaluate("WebSocket.prototype.send = function () {}")
    set_number(page, "one", 7)
    expect(page.get_by_label("two")).to_have_value("7")
    expect(page.get_by_label("three")).to_have_value("7")
    set_number(page, "three", 8)
    expect(page.get_by_label("three")).to_have_value("8")
    set_number(page, "two", 9)
    expect(page.get_by_label("one")).to_have_value("9")
    expect(page.get_by_label("three")).to_have_value("9")


def test_links_can_be_cut(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(LINKS).url)
    set_number(page, "four", 5)
    expect(page.get_by_label("five")).to_have_value("5")
    page.get_by_role("button", name="Cut").click()
    expect(page.get_by_role("button", name="Done")).to_be_visible()
    set_number(page, "four", 6)
    set_number(page, "one", 6)
    expect(page.get_by_label("two")).to_have_value("6")
    expect(page.get_by_label("five")).to_have_value("5")


def test_one_frame_each_way_for_one_change(serve: Servers, visits: Visits) -> None:
    sent: list[str | bytes] = []

    def watch(socket: WebSocket) -> None:
        socket.on("framesent", lambda payload: sent.append(payload))

    server = serve(PIECES)
    first = visits.open(server.url)
    page = first.context.new_page()
    page.on("websocket", watch)
    page.goto(server.url)
    visits.wait_until_ready(page)
    sent.clear()
    page.get_by_role("slider").press("ArrowRight")
    expect(page.get_by_text("product 4")).to_be_visible()
    frames = [frame for frame in sent if '"value":2' in str(frame)]
    assert len(frames) == 1
