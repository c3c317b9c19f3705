"""Every control of ipywidgets, changed by a user and by Python."""

from __future__ import annotations

import hashlib
import re

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.controls import CONTROLS, Control, controls_app
from tests.browser.servers import Servers
from tests.browser.visits import Visits

UPLOAD = """
import hashlib
import ipywidgets as widgets
upload = widgets.FileUpload(multiple=True, description="Choose files")
said = widgets.Label()
def look(change):
    said.value = "; ".join(
        f"{file.name} {file.type} {file.size} {hashlib.sha256(file.content).hexdigest()}"
        for file in change.new
    )
upload.observe(look, "value")
widgets.VBox([upload, said])
"""

READOUT = """
import ipywidgets as widgets
slider = widgets.IntSlider(value=3, max=10, description="Size")
quick = widgets.IntSlider(value=3, max=10, continuous_update=False)
said = widgets.Label()
widgets.dlink((slider, "value"), (said, "value"), lambda value: f"said {value}")
slider.add_class("typed")
widgets.VBox([slider, said, widgets.Text("", description="Other")])
"""

RUSH = """
import ipywidgets as widgets
text = widgets.Text(description="Text")
said = widgets.Label()
count = widgets.IntText(description="Count")
def look(change):
    said.value = change.new
    count.value += 1
text.observe(look, "value")
widgets.VBox([text, said, count])
"""


@pytest.fixture(scope="module")
def controls(serve: Servers, long_visits: Visits) -> Page:
    return long_visits.open(serve(controls_app()).url)


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
def test_both_ways(control: Control, controls: Page, long_visits: Visits) -> None:
    row = controls.locator(f".row-{control.name}")
    widget, said = row.locator("> *").nth(1), row.locator("> *").nth(2)
    if control.act is not None:
        control.act(scope_of(widget))
    expect(said).to_have_text(control.said)
    row.get_by_role("button", name=f"Give {control.name}").click()
    control.shows(widget)
    expect(said).not_to_have_text(control.said)
    long_visits.check()


def scope_of(widget: Locator) -> Locator:
    """Return where to look for a control's own elements: a button is itself one."""
    is_button = widget.evaluate("element => element.tagName === 'BUTTON'")
    return widget.locator("xpath=..") if is_button else widget


def test_an_upload_arrives_intact(serve: Servers, visits: Visits) -> None:
    content = bytes(range(256)) * 4096
    files: list[FilePayload] = [
        {"name": "a b.bin", "mimeType": "application/octet-stream", "buffer": content},
        {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""},
    ]
    page = visits.open(serve(UPLOAD).url)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(files)
    digest = hashlib.sha256
    expect(page.locator(".widget-label").last).to_have_text(
        f"a b.bin application/octet-stream {len(content)} {digest(content).hexdigest()}; "
        f"empty.txt text/plain 0 {digest().hexdigest()}"
    )


def test_a_number_can_be_typed_beside_a_slider(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(READOUT).url)
    readout = page.locator(".typed .widget-readout")
    readout.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    expect(page.get_by_text("said 9", exact=True)).to_be_visible()
    expect(page.locator(".typed").get_by_role("slider")).to_have_attribute(
        "aria-valuenow", re.compile("^9")
    )


def test_a_handle_can_be_dragged(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(READOUT).url)
    handle = page.locator(".typed .noUi-handle")
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 400, y, steps=8)
    page.mouse.up()
    expect(page.get_by_text("said 10", exact=True)).to_be_visible()


def test_fast_typing_loses_nothing(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(RUSH).url)
    text = "the quick brown fox jumps over the lazy dog, twice and once more"
    field = page.get_by_label("Text")
    field.click()
    page.keyboard.type(text)
    expect(page.locator(".widget-label").get_by_text(text, exact=True)).to_be_visible()
    expect(field).to_have_value(text)
    expect(field).to_be_focused()
