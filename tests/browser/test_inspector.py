"""The widget inspector, and what else only pages of an app under development load."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.servers import Servers
from tests.browser.visits import Visits

APP = """
import time
import ipywidgets as widgets

size = widgets.IntSlider(description="Size", value=3, max=20)
stars = widgets.Label("***")
slow = widgets.Button(description="Slow")
more = widgets.Button(description="More")
size.observe(lambda change: setattr(stars, "value", "*" * change["new"]), "value")
slow.on_click(lambda _: time.sleep(0.12))
box = widgets.VBox([size, stars.add_class("stars"), slow, more])

@more.on_click
def add(_):
    box.children = (*box.children, widgets.Text(description="New"))
    stars.close()

box
"""

BROKEN = """
import anywidget

class Broken(anywidget.AnyWidget):
    _esm = '''
    export default {
      render({ model, el }) {
        const button = document.createElement("button");
        button.textContent = "Break";
        const loop = [];
        loop.push(loop);
        button.onclick = () => model.send(loop);
        el.append(button);
      },
    };
    '''

Broken()
"""


def inspector(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Widget inspector")


def item(page: Page, name: str) -> Locator:
    return page.get_by_role("treeitem", name=name)


def trait(page: Page, name: str) -> Locator:
    return inspector(page).locator(f'tr[data-trait="{name}"] td')


@pytest.fixture
def page(serve: Servers, visits: Visits) -> Page:
    page = visits.open(serve(APP).url)
    page.keyboard.press("Alt+w")
    expect(item(page, "VBox")).to_be_focused()
    return page


def test_the_tree_and_live_traits(page: Page) -> None:
    for key in ("ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(item(page, "IntSlider Size")).to_have_attribute("aria-selected", "true")
    expect(trait(page, "value")).to_have_text("3")
    page.get_by_role("slider").press("ArrowRight")
    expect(trait(page, "value")).to_have_text("4")
    # A trait that is changed here reaches the app, whose callback answers.
    trait(page, "value").get_by_role("button").click()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    expect(page.locator(".stars")).to_have_text("*" * 7)
    expect(item(page, "Label *******")).to_be_visible()


def test_widgets_that_come_and_go(page: Page) -> None:
    page.get_by_role("button", name="More").click()
    expect(item(page, "Text New")).to_be_visible()
    expect(item(page, "Label")).to_have_count(0)


def test_the_log_and_its_times(page: Page) -> None:
    page.get_by_role("slider").press("ArrowRight")
    log = inspector(page).get_by_role("table", name="Messages")
    sent = log.locator("tr", has_text="IntSlider Size")
    expect(sent.get_by_role("cell", name="update value")).to_be_visible()
    expect(log.locator("tr", has_text="Label").get_by_label("received")).to_be_visible()
    page.get_by_role("button", name="Slow").click()
    row = log.locator("tr", has_text="Button Slow")
    for column in (5, 6):
        # How long the page waited, and what of it was the app's callback.
        expect(row.locator("td").nth(column)).to_have_text(re.compile(r"^\d{3,} ms$"))
    row.click()
    expect(inspector(page).locator(".detail")).to_contain_text('"click"')


def test_a_widget_is_picked_in_the_page(page: Page) -> None:
    inspector(page).get_by_role("button", name="Pick").click()
    page.locator(".stars").click()
    expect(item(page, "Label")).to_have_attribute("aria-selected", "true")
    expect(trait(page, "value")).to_have_text('"***"')


def test_it_stays_open_over_a_load_and_closes(page: Page, visits: Visits) -> None:
    page.reload()
    visits.wait_until_ready(page)
    # The first messages are logged too.
    log = inspector(page).get_by_role("table", name="Messages")
    expect(log.get_by_role("cell", name="ready")).to_be_visible()
    expect(inspector(page)).to_be_visible()
    page.keyboard.press("Alt+w")
    expect(inspector(page)).to_have_count(0)
    page.reload()
    visits.wait_until_ready(page)
    expect(inspector(page)).to_have_count(0)


def test_it_follows_changed_code(serve: Servers, visits: Visits) -> None:
    app = serve.script(APP)
    page = visits.open(serve.start(app).url)
    page.keyboard.press("Alt+w")
    item(page, "IntSlider Size").locator("div").first.click()
    app.write_text(APP.replace("max=20", "max=30").replace("***", "new"))
    expect(trait(page, "max")).to_have_text("30")
    expect(item(page, "Label new")).to_have_count(1)
    # Nothing of the run before is left.
    expect(page.get_by_role("treeitem")).to_have_count(5)
    page.get_by_role("slider").press("ArrowRight")
    expect(trait(page, "value")).to_have_text("4")


def test_every_part_has_a_name_and_a_role(page: Page) -> None:
    panel = inspector(page)
    for role, name in (
        ("tree", "Widgets"),
        ("region", "Traits"),
        ("region", "Messages"),
        ("separator", "Height of the inspector"),
        ("button", "Close the inspector"),
    ):
        expect(panel.get_by_role(role, name=name, exact=True)).to_be_visible()  # type: ignore[arg-type]
    edge = panel.get_by_role("separator")
    before = int(edge.get_attribute("aria-valuenow") or 0)
    edge.press("ArrowUp")
    expect(edge).to_have_attribute("aria-valuenow", str(before + 24))
    # The focus goes back to where it was.
    page.get_by_role("slider").focus()
    page.keyboard.press("Alt+w")
    page.keyboard.press("Alt+w")
    expect(item(page, "VBox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(page.get_by_role("slider")).to_be_focused()


def files_of(page: Page) -> list[str]:
    return page.evaluate("performance.getEntriesByType('resource').map(each => each.name)")


def test_a_page_that_does_not_open_it_loads_none_of_it(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(APP).url)
    before = [name for name in files_of(page) if "inspector" in name]
    page.keyboard.press("Alt+w")
    expect(inspector(page)).to_be_visible()
    assert before == []
    assert [name for name in files_of(page) if "/debug/assets/inspector" in name]


def test_production_has_none_of_it(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(APP, "--production").url)
    page.keyboard.press("Alt+w")
    page.get_by_role("slider").press("ArrowRight")
    expect(page.locator(".stars")).to_have_text("****")
    expect(inspector(page)).to_have_count(0)
    assert not [name for name in files_of(page) if "debug" in name or "inspector" in name]


def test_errors_of_scripts_name_the_original_files(serve: Servers, visits: Visits) -> None:
    server = serve(BROKEN)
    page = visits.open(server.url)
    page.get_by_role("button", name="Break").click()
    panel = page.get_by_role("region", name="Errors of the app")
    expect(panel).to_contain_text("TypeError: Converting circular structure to JSON")
    expect(panel).to_contain_text(re.compile(r"frontend/src/protocol\.ts:\d+:\d+"))
    server.wait_for_log(r"in the browser: Error in JavaScript")
    server.wait_for_log(r"frontend/src/protocol\.ts:\d+:\d+")
    visits.allow("circular structure")
