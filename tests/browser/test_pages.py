"""The page itself: its title, its colours, its loading, and pages beside each other."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.servers import Servers
from tests.browser.visits import Visits

APP = """
import ipywidgets as widgets
from sundog import get_kernel_id, get_session_id
slider = widgets.IntSlider(description="Size")
said = widgets.Label("at 0")
slider.observe(lambda change: setattr(said, "value", f"at {change.new}"), "value")
seen = []
button = widgets.Button(description="Note")
noted = widgets.Label()
def note(_):
    seen.append(slider.value)
    noted.value = str(seen)
button.on_click(note)
ids = widgets.Label(f"{get_kernel_id()} {get_session_id()}")
widgets.VBox([slider, said.add_class("said"), button, noted.add_class("noted"),
              ids.add_class("ids")])
"""

SLOW = """
import pathlib
import time
import ipywidgets as widgets
folder = pathlib.Path(__file__).parent
if (folder / "hold").exists():
    while not (folder / "go").exists():
        time.sleep(0.01)
widgets.Label("there")
"""

TITLED = "import ipywidgets as widgets\nwidgets.Label('x')\n"


def test_two_browsers_and_two_pages_do_not_mix(serve: Servers, visits: Visits) -> None:
    server = serve(APP)
    one = visits.open(server.url)
    two = visits.open(server.url)
    three = visits.another(two.context, server.url)
    pages = [one, two, three]
    for number, page in enumerate(pages):
        for _ in range(number + 1):
            page.get_by_role("slider").press("ArrowRight")
    for number, page in enumerate(pages):
        expect(page.locator(".said")).to_have_text(f"at {number + 1}")
        page.get_by_role("button", name="Note").click()
    for number, page in enumerate(pages):
        expect(page.locator(".noted")).to_have_text(f"[{number + 1}]")
        expect(page.locator(".widget-readout")).to_have_text(str(number + 1))
    ids = [page.locator(".ids").inner_text().split() for page in pages]
    assert len({kernel for kernel, _ in ids}) == 3
    assert ids[0][1] != ids[1][1]
    assert ids[1][1] == ids[2][1]


def test_closing_a_page_leaves_the_others(serve: Servers, visits: Visits) -> None:
    server = serve(APP)
    one = visits.open(server.url)
    two = visits.another(one.context, server.url)
    two.close()
    one.get_by_role("slider").press("ArrowRight")
    expect(one.locator(".said")).to_have_text("at 1")


def test_a_reload_starts_afresh(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(APP).url)
    page.get_by_role("slider").press("ArrowRight")
    expect(page.locator(".said")).to_have_text("at 1")
    before = page.locator(".ids").inner_text()
    page.reload()
    expect(page.locator(".said")).to_have_text("at 0")
    after = page.locator(".ids").inner_text()
    assert before.split()[0] != after.split()[0]
    assert before.split()[1] == after.split()[1]


def test_going_back_starts_afresh(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(APP).url)
    page.get_by_role("slider").press("ArrowRight")
    expect(page.locator(".said")).to_have_text("at 1")
    page.goto("about:blank")
    page.go_back()
    expect(page.locator(".said")).to_have_text("at 0")
    page.get_by_role("slider").press("ArrowRight")
    expect(page.locator(".said")).to_have_text("at 1")


def test_the_title_is_the_apps_name(serve: Servers, visits: Visits) -> None:
    server = serve(TITLED, name="sales_report.py")
    expect(visits.open(server.url)).to_have_title("sales_report")


def test_the_title_can_be_set(serve: Servers, visits: Visits) -> None:
    server = serve.start(serve.script(TITLED), SUNDOG_THEME_TITLE="<Sales> & more")
    expect(visits.open(server.url)).to_have_title("<Sales> & more")


def background(page: Page) -> str:
    found = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return "dark" if sum(map(int, found[4:-1].split(","))) < 3 * 128 else "light"


@pytest.mark.parametrize(
    ("variant", "prefers", "expected"),
    [
        ("light", "dark", "light"),
        ("dark", "light", "dark"),
        ("auto", "dark", "dark"),
        ("auto", "light", "light"),
    ],
)
def test_themes(serve: Servers, visits: Visits, variant: str, prefers: str, expected: str) -> None:
    server = serve(APP, "--theme-variant", variant)
    page = visits.open(server.url, color_scheme=prefers)
    expect(page.locator("html")).to_have_attribute("data-theme", expected)
    assert background(page) == expected
    label = page.get_by_text("Size")
    color = label.evaluate("element => getComputedStyle(element).color")
    bright = sum(float(part) for part in color[color.index("(") + 1 : -1].split(",")[:3]) > 3 * 128
    assert bright == (expected == "dark")


def test_auto_follows_the_system(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(APP, "--theme-variant", "auto").url, color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert background(page) == "dark"


def test_loading_is_said_at_once(serve: Servers, visits: Visits) -> None:
    app = serve.script(SLOW)
    server = serve.start(app)
    (app.parent / "hold").touch()
    page = visits.open(server.url, wait=False)
    status = page.get_by_role("status")
    expect(status).to_be_visible()
    expect(status).to_contain_text("…")
    expect(page.locator("#sundog-root")).to_have_attribute("aria-busy", "true")
    (app.parent / "go").touch()
    expect(page.get_by_text("there")).to_be_visible()
    expect(status).to_be_hidden()
    expect(page.locator("#sundog-root")).not_to_have_attribute("aria-busy", "true")


def test_loading_is_said_until_the_bundle_has_come(serve: Servers, visits: Visits) -> None:
    server = serve(APP)
    page = visits.open(server.url)
    page.route("**/_sundog/static/**/*.js", lambda route: None)
    page.goto(server.url, wait_until="commit")
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Loading…")


def test_an_unknown_address_is_said(serve: Servers, visits: Visits) -> None:
    visits.allow("404")
    page = visits.open(serve(APP).url + "/nothing/here", wait=False)
    expect(page.get_by_role("heading")).to_have_text("Page not found")


def test_a_full_server_says_so(serve: Servers, visits: Visits) -> None:
    visits.allow("503")
    server = serve.start(serve.script(APP), SUNDOG_KERNEL_MAX_COUNT="1")
    visits.open(server.url)
    page = visits.open(server.url, wait=False)
    expect(page.get_by_role("heading")).to_have_text("The server is full")
