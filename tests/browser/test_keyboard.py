"""Apps without a mouse, and as a screen reader has them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.servers import Servers
from tests.browser.visits import Visits

APP = """
import ipywidgets as widgets
slider = widgets.IntSlider(value=5, max=10, description="Size")
button = widgets.Button(description="Press me")
check = widgets.Checkbox(description="Agree", indent=False)
text = widgets.Text(description="Name")
area = widgets.Textarea(description="Notes")
count = widgets.BoundedIntText(description="Count")
drop = widgets.Dropdown(options=["a", "b"], description="Pick")
listed = widgets.Select(options=["x", "y"], description="List")
toggle = widgets.ToggleButton(description="Toggle")
radio = widgets.RadioButtons(options=["one", "two"], description="Way")
day = widgets.DatePicker(description="Day")
upload = widgets.FileUpload(description="Send")
progress = widgets.IntProgress(value=3, max=10, description="Done")
said = widgets.Label()
presses = 0
def say(*_):
    said.value = f"{slider.value} {presses} {check.value} {text.value}"
def press(_):
    global presses
    presses += 1
    say()
button.on_click(press)
for widget in (slider, check, text):
    widget.observe(say, "value")
widgets.VBox([
    slider, button, check, text, area, count, drop, listed, toggle, radio, day, upload, progress,
    said.add_class("said"),
])
"""

FOCUS = """
import ipywidgets as widgets
text = widgets.Text(description="Text")
other = widgets.VBox([])
def grow(change):
    other.children += (widgets.Label(f"line {len(other.children)}"),)
    text.description = f"Text"
    text.layout.width = f"{300 + len(other.children)}px"
text.observe(grow, "value")
widgets.VBox([text, other])
"""


@pytest.fixture
def page(serve: Servers, visits: Visits) -> Page:
    return visits.open(serve(APP).url)


def test_keys_only(page: Page) -> None:
    said = page.locator(".said")
    page.keyboard.press("Tab")
    expect(page.get_by_role("slider")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    expect(said).to_have_text("6 0 False ")
    page.keyboard.press("End")
    expect(said).to_have_text("10 0 False ")
    page.keyboard.press("Home")
    expect(said).to_have_text("0 0 False ")
    expect(page.get_by_role("slider")).to_be_focused()
    # The number beside the slider can be edited.
    page.keyboard.press("Tab")
    expect(page.locator(".widget-readout")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Press me")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    expect(said).to_have_text("0 2 False ")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", name="Agree")).to_be_checked()
    expect(said).to_have_text("0 2 True ")
    page.keyboard.press("Tab")
    page.keyboard.type("Ada")
    expect(said).to_have_text("0 2 True Ada")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("checkbox", name="Agree")).to_be_focused()


def test_the_focus_can_be_seen(page: Page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    button = page.get_by_role("button", name="Press me")
    expect(button).to_be_focused()
    expect(button).to_have_css("outline-style", "solid")


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("button", "Press me"),
        ("button", "Toggle"),
        ("button", "Send"),
        ("checkbox", "Agree"),
        ("textbox", "Name"),
        ("textbox", "Notes"),
        ("spinbutton", "Count"),
        ("combobox", "Pick"),
        ("listbox", "List"),
        ("radio", "two"),
        ("slider", "Size"),
        ("progressbar", "Done"),
    ],
)
def test_controls_have_a_role_and_a_name(role: str, name: str, page: Page) -> None:
    control = page.get_by_role(role, name=re.compile(name))  # type: ignore[arg-type]
    expect(control).to_be_visible()


def test_a_date_has_a_label(page: Page) -> None:
    expect(page.get_by_label("Day")).to_be_visible()


def test_the_page_has_landmarks(page: Page) -> None:
    expect(page.get_by_role("main")).to_be_visible()
    status = page.locator("#sundog-status")
    expect(status).to_have_attribute("role", "status")
    expect(status).to_have_attribute("aria-live", "polite")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")


def test_the_focus_and_the_caret_stay(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(FOCUS).url)
    field = page.get_by_label("Text")
    field.click()
    page.keyboard.type("abcd")
    expect(page.get_by_text("line 0")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("XY")
    expect(field).to_have_value("abXYcd")
    expect(page.get_by_text("line 1")).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_js_property("selectionStart", 4)
