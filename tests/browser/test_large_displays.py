"""Outputs that are larger than what is kept for pages that reconnect."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.proxies import Line
from tests.browser.servers import AppServer, Servers
from tests.browser.visits import Visits

MakeLine = Callable[[AppServer], Line]

APP = """
import ipywidgets as w
from IPython.display import HTML, display

PADDING = "<!--" + "x" * 3_000_000 + "-->"
out, label = w.Output(), w.Label("0")
with out:
    for number in (1, 2, 3):
        display(HTML(f"<h3>chart {number} in the Output</h3>{PADDING}"))
    print("drawn")

def count(_):
    label.value = str(int(label.value) + 1)

def replace(_):
    handle.update(HTML(f"<h3>chart 4 in the page</h3>{PADDING}"))

def clear(_):
    out.clear_output(wait=True)
    with out:
        display(HTML(f"<h3>a new chart in the Output</h3>{PADDING}"))

buttons = []
for name, act in (("Count", count), ("Replace", replace), ("Clear", clear)):
    button = w.Button(description=name)
    button.on_click(act)
    buttons.append(button)
display(w.VBox([w.HBox(buttons), label, out]))
for number in (1, 2):
    display(HTML(f"<h3>chart {number} in the page</h3>{PADDING}{PADDING}"))
handle = display(HTML(f"<h3>chart 3 in the page</h3>{PADDING}{PADDING}"), display_id=True)
"""

HEADINGS = [
    *(f"chart {number} in the Output" for number in (1, 2, 3)),
    *(f"chart {number} in the page" for number in (1, 2, 3)),
]


@pytest.fixture
def make_line() -> Iterator[MakeLine]:
    made: list[Line] = []

    def make(server: AppServer) -> Line:
        made.append(Line(server.port))
        return made[-1]

    yield make
    for line in made:
        line.close()


def expect_everything(page: Page, headings: list[str]) -> None:
    expect(page.locator("h3")).to_have_text(headings)
    expect(page.get_by_role("button")).to_have_text(["Count", "Replace", "Clear"])
    expect(page.get_by_text("drawn")).to_have_count(1)


def test_a_full_state_brings_all_of_it_again(
    serve: Servers, visits: Visits, make_line: MakeLine
) -> None:
    server = serve.start(serve.script(APP), SUNDOG_REPLAY_MESSAGES="1")
    line = make_line(server)
    visits.allow("console error: WebSocket connection to .* failed")
    page = visits.open(line.url)
    expect_everything(page, HEADINGS)
    page.evaluate("window.mark = 1")
    line.forget()
    page.get_by_role("button", name="Count").click()
    expect(page.get_by_text("1", exact=True)).to_be_visible()
    expect_everything(page, HEADINGS)
    assert page.evaluate("window.mark") == 1
    # A page that comes later gets all of it too, and from there on the same.
    page.get_by_role("button", name="Replace").click()
    expect_everything(page, [*HEADINGS[:5], "chart 4 in the page"])
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("h3")).to_have_text(
        ["a new chart in the Output", *HEADINGS[3:5], "chart 4 in the page"]
    )


def test_the_first_view_of_a_prewarmed_kernel_has_all_of_it(serve: Servers, visits: Visits) -> None:
    server = serve.start(serve.script(APP), "--production", SUNDOG_KERNEL_PREWARM="1")
    expect_everything(visits.open(server.url), HEADINGS)


def test_over_the_limit_the_oldest_say_so_in_their_place(serve: Servers, visits: Visits) -> None:
    server = serve.start(serve.script(APP), SUNDOG_DISPLAY_BYTES="14MiB")
    # The page asks for some that were cut off while the app ran.
    visits.allow("404")
    page = visits.open(server.url)
    expect_everything(page, HEADINGS[4:])
    expect(page.get_by_text("… an earlier output of 2.9 MiB was cut off")).to_have_count(3)
    expect(page.get_by_text("… an earlier output of 5.7 MiB was cut off")).to_have_count(1)


def test_another_browser_cannot_fetch_them(serve: Servers, visits: Visits) -> None:
    server = serve(APP)
    fetched: list[str] = []
    page = visits.open(server.url, wait=False)
    page.on("request", lambda request: fetched.append(request.url))
    visits.wait_until_ready(page)
    expect_everything(page, HEADINGS)
    [url, *_] = [each for each in fetched if "/display/" in each]
    assert page.request.get(url).status == 200
    visits.allow("404")
    assert visits.open(server.url).request.get(url).status == 404
