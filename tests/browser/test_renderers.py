"""Displays that are more than texts and pictures."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.servers import Servers
from tests.browser.visits import Visits

PDF = b"""%PDF-1.1
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 9]>>endobj
trailer<</Root 1 0 R>>"""
VEGA = {
    "$schema": "https://vega.github.io/schema/vega/v5.json",
    "width": 50,
    "height": 50,
    "marks": [{"type": "symbol", "encode": {"enter": {"x": {"value": 9}, "y": {"value": 9}}}}],
}
TEXT = """
# A long title

- [x] done

```python
def answer(): return 42
```
"""


def picture(form: str) -> str:
    """Return a picture of 3 by 2 pixels, as outputs hold it."""
    data = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(data, form)
    return base64.b64encode(data.getvalue()).decode()


PICTURES = {f"image/{form}": picture(form) for form in ("png", "jpeg", "gif", "webp", "bmp")}
PLACE = {"type": "Point", "coordinates": [5, 52]}
APP = f"""
import altair, ipywidgets, json
from IPython.display import JSON, GeoJSON, Javascript, Markdown, display

many = [{{"number": number}} for number in range(30)]
display(
    JSON({{"list": [1, None], "text": "<b>", "many": many}}),
    JSON(["open"], expanded=True, root="all"),
    Javascript("element.append('written by a script'); var local = 1"),
    Javascript("element.append(typeof local)"),
)
display(Markdown({TEXT!r}))
display({{"text/x-note": "only a <note>", "application/octet-stream": "AAAA"}}, raw=True)
display({{"application/pdf": {base64.b64encode(PDF).decode()!r}}}, raw=True)
display({{"application/vnd.vega.v5+json": {json.dumps(VEGA)}, "text/plain": "a chart"}}, raw=True)

for mime, content in {PICTURES!r}.items():
    display({{mime: content}}, metadata={{mime: {{"width": 30, "alt": mime}}}}, raw=True)

data = altair.Data(values=[{{"a": "A", "b": 28}}, {{"a": "B", "b": 55}}])
bars = altair.Chart(data).mark_bar().encode(x="a:N", y="b:Q")
display(bars.properties(width=100, height=100, title="Bars"))

pick = altair.selection_point(name="pick", fields=["a"])
chart = altair.JupyterChart(bars.add_params(pick).properties(title="Live", width=100, height=100))
picked = ipywidgets.Label("nothing")
chart.selections.observe(lambda change: setattr(picked, "value", str(change.new.value)), "pick")
other = ipywidgets.Button(description="other title")
other.on_click(lambda _: setattr(chart, "chart", bars.properties(title="Changed")))
display(GeoJSON({PLACE!r}))
display(ipywidgets.VBox([chart, picked, other]))
"""


@pytest.fixture(scope="module")
def page(serve: Servers, long_visits: Visits) -> Iterator[Page]:
    page = long_visits.open(serve(APP).url)
    yield page
    long_visits.check()


def test_json_is_a_tree(page: Page) -> None:
    tree = page.locator(".sundog-json").first
    expect(tree.get_by_text('text: "<b>"')).to_be_visible()
    expect(tree.get_by_text("1: null")).not_to_be_attached()
    tree.get_by_text("list").click()
    expect(tree.get_by_text("1: null")).to_be_visible()
    # A branch is built when it is opened.
    expect(tree.get_by_text("29")).not_to_be_attached()
    tree.get_by_text("many").click()
    tree.get_by_text("29 ").click()
    expect(tree.get_by_text("number: 29")).to_be_visible()


def test_json_can_begin_open(page: Page) -> None:
    tree = page.locator(".sundog-json").nth(1)
    expect(tree.get_by_text("all [1]")).to_be_visible()
    expect(tree.get_by_text('0: "open"')).to_be_visible()


def test_scripts_find_their_place_and_keep_their_names(page: Page) -> None:
    expect(page.get_by_text("written by a script")).to_be_visible()
    expect(page.get_by_text("undefined", exact=True)).to_be_visible()


def test_markdown_has_colours_and_names(page: Page) -> None:
    text = page.locator(".jp-RenderedMarkdown")
    expect(text.locator("h1#A-long-title")).to_be_visible()
    expect(text.get_by_role("checkbox")).to_be_checked()
    keyword, code = text.locator(".hljs-keyword").first, text.locator("code")
    expect(keyword).to_have_text("def")
    color = "element => getComputedStyle(element).color"
    assert keyword.evaluate(color) != code.evaluate(color)


def test_unknown_types_are_texts_and_trees(page: Page) -> None:
    expect(page.get_by_text("only a <note>")).to_be_visible()
    place = page.locator("[data-mime-type='application/geo+json']")
    expect(place.get_by_text('type: "Point"')).to_be_visible()


def test_a_pdf_can_be_opened(page: Page) -> None:
    link = page.get_by_role("link", name="Open the PDF")
    expect(page.locator("iframe.sundog-pdf")).to_be_visible()
    text = page.evaluate("async url => (await fetch(url)).text()", link.get_attribute("href"))
    assert text.encode() == PDF


def test_pictures_of_every_kind_are_shown(page: Page) -> None:
    for mime in PICTURES:
        shown = page.get_by_alt_text(mime)
        expect(shown).to_have_js_property("naturalWidth", 3)
        expect(shown).to_have_attribute("width", "30")


def test_charts_are_drawn_without_the_internet(page: Page) -> None:
    charts = page.locator(".vega-embed")
    expect(charts).to_have_count(3)
    expect(page.locator("[data-mime-type^='application/vnd.vega']")).to_have_count(2)
    for index in range(3):
        expect(charts.nth(index).locator("canvas, svg.marks").first).to_be_visible()


def test_a_live_chart_works_both_ways(page: Page) -> None:
    live = page.locator(".jp-OutputArea-output").last
    # The second bar is in the right half.
    canvas = live.locator("canvas, svg.marks").first
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": box["width"] * 0.75, "y": box["height"] * 0.6})
    expect(live.get_by_text("[{'a': 'B'}]")).to_be_visible()
    wide = box["width"]
    live.get_by_role("button", name="other title").click()
    page.wait_for_function(
        "before => [...document.querySelectorAll('.vega-embed')].at(-1)"
        ".querySelector('canvas, svg.marks')?.getBoundingClientRect().width !== before",
        arg=wide,
    )
