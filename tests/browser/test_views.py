"""Widgets shown more than once, shown later, replaced and closed; every event counts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.servers import Servers
from tests.browser.visits import Visits

APP = """
import ipywidgets as widgets
from IPython.display import display

slider = widgets.IntSlider(value=2, max=10)
clicks = widgets.Label("0")
buttons = []

def button(name):
    def decorate(function):
        made = widgets.Button(description=name)
        made.on_click(function)
        buttons.append(made)
        return function
    return decorate

@button("Count")
def _(_):
    clicks.value = str(int(clicks.value) + 1)

@button("Show")
def _(_):
    places.children += (slider,)

@button("Many")
def _(_):
    places.children = [
        widgets.HBox([widgets.Label(f"row {row}"), widgets.Text(f"{row}", disabled=row % 2 == 1)])
        for row in range(100)
    ]

@button("Swap")
def _(_):
    places.children = places.children[::-1]

@button("Close")
def _(_):
    slider.close()

@button("Options")
def _(_):
    drop.options = [("Ten", 10), ("Twenty", 20)]
    drop.value = 20

@button("Limits")
def _(_):
    slider.max, slider.value = 99, 55

@button("Busy")
def _(_):
    for number in range(1000):
        busy.value = number

busy = widgets.IntText(description="Busy")
drop = widgets.Dropdown(options=["a"], description="Pick")
picked = widgets.Label()
widgets.dlink((drop, "value"), (picked, "value"), lambda value: f"picked {value!r}")
places = widgets.VBox([])
display(widgets.HBox(buttons), slider, slider)
widgets.VBox([clicks.add_class("clicks"), busy, drop, picked, places.add_class("places")])
"""


@pytest.fixture
def page(serve: Servers, visits: Visits) -> Page:
    return visits.open(serve(APP).url)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_widget_in_several_places(page: Page) -> None:
    sliders, readouts = page.get_by_role("slider"), page.locator(".widget-readout")
    expect(sliders).to_have_count(2)
    sliders.first.press("ArrowRight")
    expect(readouts).to_have_text(["3", "3"])
    sliders.last.press("ArrowRight")
    expect(readouts).to_have_text(["4", "4"])
    press(page, "Show")
    expect(readouts).to_have_text(["4", "4", "4"])
    press(page, "Limits")
    expect(readouts).to_have_text(["55", "55", "55"])
    expect(sliders.last).to_have_attribute("aria-valuemax", re.compile("^99"))
    press(page, "Close")
    expect(sliders).to_have_count(0)


def test_every_click_counts(page: Page) -> None:
    button = page.get_by_role("button", name="Count")
    button.evaluate("element => { for (let i = 0; i < 200; i++) element.click(); }")
    expect(page.locator(".clicks")).to_have_text("200")


def test_many_children_come_and_turn(page: Page) -> None:
    press(page, "Many")
    labels = page.locator(".places .widget-label").filter(has_text="row")
    expect(labels).to_have_text([f"row {row}" for row in range(100)])
    press(page, "Swap")
    expect(labels).to_have_text([f"row {row}" for row in reversed(range(100))])
    expect(page.locator(".places input").first).to_have_value("99")


def test_options_change(page: Page) -> None:
    drop = page.get_by_label("Pick")
    press(page, "Options")
    expect(drop.locator("option")).to_have_text(["Ten", "Twenty"])
    expect(drop).to_have_value("Twenty")
    expect(page.get_by_text("picked 20")).to_be_visible()
    drop.select_option("Ten")
    expect(page.get_by_text("picked 10")).to_be_visible()


def test_a_thousand_values_end_with_the_last(page: Page) -> None:
    press(page, "Busy")
    expect(page.get_by_label("Busy", exact=True)).to_have_value("999")
