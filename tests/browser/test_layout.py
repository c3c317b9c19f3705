"""Containers, media, buttons, and what layout, style and tooltip do."""

from __future__ import annotations

import io
import re
import wave

import pytest
from playwright.sync_api import FloatRect, Page, expect

from tests.browser.servers import Servers
from tests.browser.visits import Visits

CONTAINERS = """
import ipywidgets as widgets

def label(text):
    return widgets.Label(text)

tab = widgets.Tab([label("first page"), label("second page")], titles=["One", "Two"])
accordion = widgets.Accordion([label("first part"), label("second part")], titles=["A", "B"])
stack = widgets.Stack([label("bottom"), label("top")], selected_index=0)
said = widgets.Label()
turn = widgets.Button(description="Turn")

def look(change):
    said.value = f"tab {tab.selected_index} accordion {accordion.selected_index}"

def turn_all(_):
    tab.selected_index = 1
    accordion.selected_index = 1
    stack.selected_index = 1
    growing.children += (label(f"child {len(growing.children)}"),)

for box in (tab, accordion):
    box.observe(look, "selected_index")
turn.on_click(turn_all)
growing = widgets.VBox([]).add_class("growing")
grid = widgets.GridspecLayout(2, 2, height="100px")
grid[0, :] = widgets.Button(description="wide")
grid[1, 0] = widgets.Button(description="left")
grid[1, 1] = widgets.Button(description="right")
frame = widgets.AppLayout(
    header=label("header"), left_sidebar=label("left bar"), center=label("centre"),
    right_sidebar=label("right bar"), footer=label("footer"),
)
two = widgets.TwoByTwoLayout(
    top_left=label("tl"), top_right=label("tr"), bottom_left=label("bl"), bottom_right=label("br")
)
widgets.VBox([
    turn, said, growing,
    widgets.HBox([label("h1"), label("h2")]), widgets.VBox([label("v1"), label("v2")]),
    widgets.Box([label("b1")]),
    widgets.GridBox(
        [label("g1"), label("g2")], layout=widgets.Layout(grid_template_columns="50px 50px")
    ),
    tab, accordion, stack.add_class("stack"), frame, two, grid.add_class("spec"),
])
"""

STYLES = """
import ipywidgets as widgets
button = widgets.Button(
    description="Styled", tooltip="Does it", icon="check", button_style="success",
    layout=widgets.Layout(width="321px", height="54px", border="3px solid rgb(1, 2, 3)"),
)
text = widgets.Text(
    description="A long description", style={"description_width": "222px"}, tooltip="Say it"
)
slider = widgets.IntSlider(style={"handle_color": "rgb(4, 5, 6)"})
plain = widgets.Label("restyled")
off = widgets.Text("off", disabled=True, description="Off")
hidden = widgets.Label("hidden one", layout=widgets.Layout(visibility="hidden"))
gone = widgets.Label("gone one", layout=widgets.Layout(display="none"))
count = widgets.Label("0")

def change(_):
    count.value = str(int(count.value) + 1)
    plain.style.text_color = "rgb(7, 8, 9)"
    plain.style.font_weight = "bold"
    plain.layout.width = "123px"
    button.style.button_color = "rgb(10, 11, 12)"
    button.tooltip = "Did it"
    button.disabled = True
    hidden.layout.visibility = "visible"
    gone.layout.display = None
    off.disabled = False
button.on_click(change)
widgets.VBox([
    button, text, slider.add_class("handled"), plain.add_class("plain"), off, hidden, gone,
    count.add_class("count"),
])
"""

MEDIA = """
import ipywidgets as widgets
import pathlib
folder = pathlib.Path(__file__).parent
image = widgets.Image(value=(folder / "red.png").read_bytes(), format="png", width=20, height=20)
image.add_class("image")
audio = widgets.Audio(value=(folder / "tone.wav").read_bytes(), format="wav", autoplay=False)
video = widgets.Video(value=b"not a video", format="mp4", autoplay=False)
change = widgets.Button(description="Change")
change.on_click(lambda _: setattr(image, "value", (folder / "wide.png").read_bytes()))
widgets.VBox([change, image, audio, video])
"""

PLAY = """
import ipywidgets as widgets
play = widgets.Play(min=0, max=5, interval=20)
slider = widgets.IntSlider(max=5)
said = widgets.Label("python 0")
widgets.jslink((play, "value"), (slider, "value"))
play.observe(lambda change: setattr(said, "value", f"python {change.new}"), "value")
controller = widgets.Controller()
widgets.VBox([widgets.HBox([play, slider]), said, controller])
"""

MATH = r"""
import ipywidgets as widgets
widgets.VBox([
    widgets.HTMLMath("<b>bold</b> and $$\\sum_{i=0}^n i^2$$"),
    widgets.HTMLMath("costs \\$5, no formula"),
    widgets.Label(r"label with $\\alpha$"),
    widgets.Text(description=r"$\\beta$"),
])
"""


def png(width: int, height: int) -> bytes:
    """Return a red picture."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(buffer, "PNG")
    return buffer.getvalue()


def tone() -> bytes:
    """Return half a second of silence."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(8000))
    return buffer.getvalue()


@pytest.fixture
def containers(serve: Servers, visits: Visits) -> Page:
    return visits.open(serve(CONTAINERS).url)


def test_all_containers_show_their_children(containers: Page) -> None:
    for name in ("h1", "h2", "v1", "v2", "b1", "g1", "g2", "header", "left bar", "centre"):
        expect(containers.get_by_text(name, exact=True)).to_be_visible()
    for name in ("right bar", "footer", "tl", "tr", "bl", "br", "first page"):
        expect(containers.get_by_text(name, exact=True)).to_be_visible()
    for name in ("second page", "second part", "top"):
        expect(containers.get_by_text(name, exact=True)).to_be_hidden()


def test_containers_lay_out(containers: Page) -> None:
    def place(text: str) -> FloatRect:
        box = containers.get_by_text(text, exact=True).bounding_box()
        assert box is not None
        return box

    assert place("h1")["y"] == place("h2")["y"]
    assert place("h1")["x"] < place("h2")["x"]
    assert place("v1")["y"] < place("v2")["y"]
    assert place("g2")["x"] - place("g1")["x"] >= 50
    assert place("left bar")["x"] < place("centre")["x"] < place("right bar")["x"]
    assert place("header")["y"] < place("centre")["y"] < place("footer")["y"]
    assert place("tl")["x"] == place("bl")["x"]
    spec = containers.locator(".spec")
    names = ("wide", "left", "right")
    wide, left, right = (spec.get_by_role("button", name=name).bounding_box() for name in names)
    assert wide is not None
    assert left is not None
    assert right is not None
    assert wide["x"] == left["x"] < right["x"]
    assert wide["y"] < left["y"] == right["y"]


def test_a_user_turns_pages(containers: Page) -> None:
    containers.get_by_role("tab", name="Two").click()
    expect(containers.get_by_text("second page")).to_be_visible()
    expect(containers.get_by_text("first page")).to_be_hidden()
    expect(containers.get_by_text("tab 1 accordion None")).to_be_visible()
    containers.get_by_text("B", exact=True).click()
    expect(containers.get_by_text("second part")).to_be_visible()
    expect(containers.get_by_text("tab 1 accordion 1")).to_be_visible()


def test_the_keyboard_turns_pages(containers: Page) -> None:
    part = containers.get_by_role("button", name=re.compile("A$"))
    part.press("Enter")
    expect(containers.get_by_text("first part")).to_be_visible()
    expect(part).to_have_attribute("aria-expanded", "true")
    part.press("Space")
    expect(containers.get_by_text("first part")).to_be_hidden()
    expect(part).to_have_attribute("aria-expanded", "false")


def test_python_turns_pages(containers: Page) -> None:
    turn = containers.get_by_role("button", name="Turn")
    turn.click()
    for name in ("second page", "second part", "top", "child 0"):
        expect(containers.get_by_text(name, exact=True)).to_be_visible()
    for name in ("first page", "bottom"):
        expect(containers.get_by_text(name, exact=True)).to_be_hidden()
    turn.click()
    expect(containers.locator(".growing .widget-label")).to_have_text(["child 0", "child 1"])


def test_layout_style_and_tooltip(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(STYLES).url)
    button = page.get_by_role("button", name="Styled")
    expect(button).to_have_css("width", "321px")
    expect(button).to_have_css("height", "54px")
    expect(button).to_have_css("border-left-color", "rgb(1, 2, 3)")
    expect(button).to_have_attribute("title", "Does it")
    expect(button).to_have_class(re.compile("mod-success"))
    expect(button.locator(".fa-check")).to_be_visible()
    expect(page.get_by_text("A long description")).to_have_css("width", "222px")
    expect(page.locator(".handled .noUi-handle")).to_have_css("background-color", "rgb(4, 5, 6)")
    expect(page.get_by_label("Off")).to_be_disabled()
    expect(page.get_by_text("hidden one")).to_be_hidden()
    expect(page.get_by_text("gone one")).to_be_hidden()
    # An icon's font must be there, or it is an empty square.
    page.wait_for_function("document.fonts.check('900 14px \"Font Awesome 5 Free\"')")

    button.click()
    expect(page.locator(".count")).to_have_text("1")
    plain = page.locator(".plain")
    expect(plain).to_have_css("color", "rgb(7, 8, 9)")
    expect(plain).to_have_css("font-weight", "700")
    expect(plain).to_have_css("width", "123px")
    expect(button).to_have_css("background-color", "rgb(10, 11, 12)")
    expect(button).to_have_attribute("title", "Did it")
    expect(button).to_be_disabled()
    expect(page.get_by_label("Off")).to_be_enabled()
    expect(page.get_by_text("hidden one")).to_be_visible()
    expect(page.get_by_text("gone one")).to_be_visible()


def test_media_are_bytes(serve: Servers, visits: Visits) -> None:
    app = serve.script(MEDIA)
    (app.parent / "red.png").write_bytes(png(1, 1))
    (app.parent / "wide.png").write_bytes(png(7, 3))
    (app.parent / "tone.wav").write_bytes(tone())
    page = visits.open(serve.start(app).url)
    image = page.locator("img.image")
    expect(image).to_have_js_property("naturalWidth", 1)
    expect(image).to_have_css("width", "20px")
    expect(page.locator("audio")).to_have_js_property("duration", 0.5)
    expect(page.locator("video")).to_have_attribute("src", re.compile("^blob:"))
    page.get_by_role("button", name="Change").click()
    expect(image).to_have_js_property("naturalWidth", 7)


def test_play_drives_a_linked_slider(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(PLAY).url)
    page.locator(".widget-play button").first.click()
    expect(page.get_by_text("python 5")).to_be_visible()
    expect(page.locator(".widget-readout")).to_have_text("5")
    expect(page.get_by_text("Connect gamepad and press any button")).to_be_visible()


def test_formulas_are_set(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(MATH).url)
    expect(page.locator(".katex-display .mop").first).to_be_visible()
    expect(page.locator(".katex")).to_have_count(3)
    expect(page.locator("b")).to_have_text("bold")
    expect(page.get_by_text("costs \\$5, no formula")).to_be_visible()


COLUMNS = """
import ipywidgets as widgets

def column(**layout):
    return widgets.VBox([widgets.IntSlider()], layout=layout)

wide = widgets.HTML("<div style='width: 3000px'>wide</div>", layout={"flex": "none"})
widgets.HBox([column().add_class("filters"), column(width="80px").add_class("narrow"), wide])
"""


def test_a_column_beside_something_wide_keeps_its_width(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve.start(serve.script(COLUMNS)).url)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 600})
        filters = page.locator(".filters")
        slider = filters.locator(".widget-slider")
        assert filters.evaluate("each => each.offsetWidth") >= slider.evaluate(
            "each => each.offsetWidth"
        )
        # The row scrolls, and the page does not.
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # What the app asks for is kept.
        assert page.locator(".narrow").evaluate("each => each.offsetWidth") <= 80
