"""An app of several pages: links, back and forward, deep links, and a page that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.servers import AppServer, Servers
from tests.browser.visits import OFFLINE, Visits

HOME = """---
title: Welcome
---
# Hello

See the [numbers](2_numbers.py) or [Ada](detail.py).
"""
NUMBERS = """
import ipywidgets as widgets
title = "Numbers"
slider = widgets.IntSlider(description="Size")
lines = widgets.HTML("".join(f"<p id='p{n}'>line {n}</p>" for n in range(200)))
links = "<a href='detail/Ada'>Ada</a> <a href='#p150'>part</a> <a href='nope'>nope</a>"
widgets.VBox([slider, widgets.HTML(links), lines])
"""
DETAIL = """
import ipywidgets as widgets
import sundog
def Page(name="nobody"):
    sundog.set_title(f"About {name}")
    button = widgets.Button(description="Home")
    button.on_click(lambda _: sundog.navigate("/"))
    return widgets.VBox([widgets.Label(f"about {name}").add_class("about"), button])
"""
LAYOUT = """
import ipywidgets as widgets
def Layout(page):
    return widgets.VBox([widgets.Label("above").add_class("above"), page])
"""


def write_site(folder: Path) -> Path:
    site = folder / "site"
    site.mkdir(parents=True)
    files = {"1_home.md": HOME, "2_numbers.py": NUMBERS, "detail.py": DETAIL}
    for name, text in {**files, "__init__.py": LAYOUT}.items():
        (site / name).write_text(text)
    return site


@pytest.fixture(scope="module")
def server(serve: Servers, tmp_path_factory: pytest.TempPathFactory) -> AppServer:
    return serve.start(write_site(tmp_path_factory.mktemp("site")), "--root-path", "/pre")


def menu(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name).click()


def test_links_keep_the_kernel_and_back_leads_back(server: AppServer, visits: Visits) -> None:
    page = visits.open(server.url)
    loads: list[object] = []
    page.on("websocket", lambda socket: loads.append(socket))
    page.on("load", lambda page: loads.append(page))
    expect(page).to_have_url(server.url + "/")
    expect(page).to_have_title("Welcome")
    page.get_by_role("main").get_by_role("link", name="numbers").click()
    expect(page).to_have_url(server.url + "/numbers")
    expect(page).to_have_title("Numbers")
    current = page.locator("#sundog-menu [aria-current]")
    expect(current).to_have_text("Numbers")
    page.get_by_role("slider").press("ArrowRight")
    expect(page.locator(".widget-readout")).to_have_text("1")
    page.evaluate("scrollTo(0, 1500)")
    page.wait_for_function("scrollY === 1500")
    page.get_by_role("link", name="Ada").evaluate("link => link.click()")
    expect(page.locator(".about")).to_have_text("about Ada")
    expect(page).to_have_url(server.url + "/detail/Ada")
    expect(page).to_have_title("About Ada")
    assert page.evaluate("scrollY") == 0
    page.go_back()
    expect(page).to_have_title("Numbers")
    expect(page.locator(".widget-readout")).to_have_text("1")
    page.wait_for_function("scrollY === 1500")
    page.go_back()
    expect(page.get_by_role("heading", name="Hello")).to_be_visible()
    expect(page).to_have_title("Welcome")
    page.go_forward()
    page.go_forward()
    expect(page.locator(".about")).to_have_text("about Ada")
    page.get_by_role("button", name="Home").click()
    expect(page).to_have_url(server.url + "/")
    expect(page.locator(".above")).to_have_count(1)
    assert not loads


def test_deep_links_and_parts_of_a_page(server: AppServer, visits: Visits) -> None:
    page = visits.open(server.url + "/numbers#p150")
    expect(page).to_have_title("Numbers")
    expect(page.locator("#p150")).to_be_in_viewport()
    page.get_by_role("link", name="part").evaluate("link => link.click()")
    detail = visits.open(server.url + "/detail/Grace%20H%2FM/")
    expect(detail.locator(".about")).to_have_text("about Grace H/M")
    expect(detail).to_have_url(server.url + "/detail/Grace%20H%2FM")


def test_two_browsers_are_at_two_places(server: AppServer, visits: Visits) -> None:
    one = visits.open(server.url + "/numbers")
    two = visits.open(server.url + "/numbers")
    one.get_by_role("slider").press("ArrowRight")
    menu(two, "Detail")
    expect(two.locator(".about")).to_have_text("about nobody")
    expect(one.locator(".widget-readout")).to_have_text("1")
    menu(two, "Numbers")
    expect(two.locator(".widget-readout")).to_have_text("0")


def test_a_page_that_is_not_there(server: AppServer, visits: Visits) -> None:
    page = visits.open(server.url + "/numbers")
    page.get_by_role("link", name="nope").click()
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Welcome").click()
    expect(page.get_by_role("heading", name="Hello")).to_be_visible()
    visits.allow("404")
    answer = page.goto(server.url + "/nope")
    assert answer is not None
    assert answer.status == 404
    page.get_by_role("link", name="Numbers").click()
    expect(page.get_by_role("slider")).to_be_visible()


def test_a_connection_that_comes_back_is_where_the_user_has_gone(
    server: AppServer, visits: Visits
) -> None:
    visits.allow(OFFLINE)
    # What the other page needs can't be loaded until the line is back.
    visits.allow("could not be shown|Failed to fetch dynamically imported module")
    page = visits.open(server.url)
    page.evaluate("globalThis.mark = 'the same page'")
    page.context.set_offline(True)
    menu(page, "Numbers")
    expect(page).to_have_url(server.url + "/numbers")
    page.context.set_offline(False)
    expect(page.get_by_role("slider")).to_be_visible()
    page.get_by_role("slider").press("ArrowRight")
    menu(page, "Welcome")
    menu(page, "Numbers")
    expect(page.locator(".widget-readout")).to_have_text("1")
    assert page.evaluate("globalThis.mark") == "the same page"


def test_an_app_that_knows_of_no_places_is_loaded_anew(serve: Servers, visits: Visits) -> None:
    server = serve(
        """
        import ipywidgets as widgets, sundog
        name = sundog.get_request().query.get("name", "nobody")
        widgets.HTML(f"<p class='name'>{name}</p><a href='?name=Ada'>Ada</a> <a href='#x'>x</a>")
        """
    )
    page = visits.open(server.url)
    page.get_by_role("link", name="x").click()
    page.get_by_role("link", name="Ada").click()
    expect(page.locator(".name")).to_have_text("Ada")
    page.go_back()
    expect(page).to_have_url(re.compile("/#x$"))
    visits.wait_until_ready(page)
    page.go_back()
    expect(page.locator(".name")).to_have_text("nobody")
    expect(page).to_have_url(re.compile(r"/$"))


def test_several_apps_side_by_side(
    serve: Servers, visits: Visits, tmp_path_factory: pytest.TempPathFactory
) -> None:
    site = write_site(tmp_path_factory.mktemp("several"))
    (site.parent / "alone.py").write_text("import ipywidgets as w\nw.Label('alone')")
    server = serve.start(site.parent / "alone.py", "pages=site", "--root-path", "/pre")
    page = visits.open(server.url)
    page.get_by_role("link", name="site").click()
    expect(page.get_by_role("heading", name="Hello")).to_be_visible()
    expect(page).to_have_url(server.url + "/pages/")
    page.get_by_role("main").get_by_role("link", name="numbers").click()
    expect(page).to_have_url(server.url + "/pages/numbers")
    expect(page.get_by_role("slider")).to_be_visible()
    page.get_by_role("link", name="Ada").evaluate("link => link.click()")
    page.get_by_role("button", name="Home").click()
    expect(page).to_have_url(server.url + "/pages/")
    page.goto(server.url + "/alone")
    expect(page.get_by_text("alone")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Hello")).to_be_visible()
