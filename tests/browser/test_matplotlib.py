"""Figures in the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.servers import Servers
from tests.browser.visits import Visits

pytest.importorskip("matplotlib")

SHOWN = """
import matplotlib.pyplot as plt
import ipywidgets as widgets
plt.figure(figsize=(2, 1))
plt.plot([1, 2, 3])
plt.title("shown $x^2$")
plt.show()
widgets.Label("after")
"""

LAST = """
import matplotlib.pyplot as plt
figure, axes = plt.subplots(figsize=(2, 1))
axes.plot([3, 1, 2])
figure
"""

INTERACTIVE = """
import matplotlib.pyplot as plt
from ipywidgets import interact
@interact(n=(1, 5))
def draw(n=2):
    plt.figure(figsize=(n, 1))
    plt.plot(range(n))
    plt.show()
"""

OUTPUT = """
import matplotlib.pyplot as plt
import ipywidgets as widgets
out = widgets.Output()
button = widgets.Button(description="Draw")
def draw(_):
    with out:
        out.clear_output(wait=True)
        figure, axes = plt.subplots(figsize=(2, 1))
        axes.plot([1, 2])
        plt.show()
    said.value = f"open figures: {plt.get_fignums()}"
button.on_click(draw)
said = widgets.Label()
widgets.VBox([button, out, said])
"""

STATE = """
import matplotlib.pyplot as plt
import ipywidgets as widgets
said = widgets.Label()
button = widgets.Button(description="Change")
look = widgets.Button(description="Look")
def change(_):
    plt.rcParams["lines.linewidth"] = 9
    plt.figure(77)
    show(None)
def show(_):
    said.value = f"{plt.rcParams['lines.linewidth']} {plt.get_fignums()}"
button.on_click(change)
look.on_click(show)
widgets.VBox([button, look, said.add_class("said")])
"""


def width(page: Page) -> int:
    """Wait for the one picture of a page and return its width in points."""
    image = page.locator("#sundog-root img")
    expect(image).to_have_count(1)
    expect(image).to_be_visible()
    expect(image).not_to_have_js_property("naturalWidth", 0)
    return int(image.evaluate("element => element.naturalWidth"))


@pytest.mark.parametrize("source", [SHOWN, LAST], ids=["show", "last"])
def test_a_figure_is_a_picture(source: str, serve: Servers, visits: Visits) -> None:
    assert width(visits.open(serve(source).url)) > 100


def test_a_figure_stands_where_it_was_shown(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(SHOWN).url)
    image, label = page.locator("#sundog-root img").bounding_box(), None
    label = page.get_by_text("after").bounding_box()
    assert image is not None
    assert label is not None
    assert image["y"] < label["y"]


def test_figures_of_interact(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(INTERACTIVE).url)
    narrow = width(page)
    page.get_by_role("slider").press("End")
    page.wait_for_function(
        "narrow => document.querySelector('#sundog-root img')?.naturalWidth > 1.5 * narrow",
        arg=narrow,
    )
    assert width(page) > narrow


def test_figures_in_an_output(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(OUTPUT).url)
    for _ in range(2):
        page.get_by_role("button", name="Draw").click()
        width(page)
    expect(page.get_by_text("open figures: []")).to_be_visible()


def test_state_is_the_kernels(serve: Servers, visits: Visits) -> None:
    server = serve(STATE)
    one, two = visits.open(server.url), visits.open(server.url)
    one.get_by_role("button", name="Change").click()
    expect(one.locator(".said")).to_have_text("9.0 [77]")
    two.get_by_role("button", name="Look").click()
    expect(two.locator(".said")).to_have_text("1.5 []")
