"""Folders of Solara's pages: what their names, layouts and arguments come to, and what fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser.servers import AppServer
from tests.browser.visits import Visits
from tests.environments import use
from tests.solara.website import ENVIRONMENT

LAYOUT = """
import solara

shared = solara.reactive(0)


@solara.component
def Layout(children=[]):
    route, routes = solara.use_route()
    solara.Text("routes: " + ", ".join(f"{each.path} ({each.label})" for each in routes))
    with solara.Row():
        for each in routes:
            with solara.Link(each):
                solara.Button(f"to {each.label}")
    solara.Button(f"shared {shared.value}", on_click=lambda: shared.set(shared.value + 1))
    # By Solara's rules, that of a folder stands around its texts twice.
    solara.Column(children=children)
"""
HOME = """
import solara

title = "Start"


@solara.component
def Page():
    solara.Text("this is home")
"""
ITEM = """
import solara


@solara.component
def Page(number: int = 1, ratio: float = 0.5):
    solara.Text(f"item {number + 1} {ratio * 2}")
"""
LEADS_ON = """
import solara

led = solara.reactive(False)


@solara.component
def Page():
    router = solara.use_router()

    def lead():
        if not led.value:
            led.set(True)
            router.push("/my-item")

    solara.use_effect(lead, [])
    solara.Text("leads on, once")
"""
FAULTS = """
import asyncio
import threading

import solara
import solara.lab

secret = "hunter2"


def fail(where):
    raise ValueError(f"{secret} in {where}")


@solara.component
def Page():
    broken, set_broken = solara.use_state("")
    if broken == "rendering":
        fail("rendering")

    def run():
        if broken == "effect":
            fail("effect")

    solara.use_effect(run, [broken])

    async def work():
        await asyncio.sleep(0)
        fail("task")

    task = solara.use_memo(lambda: solara.lab.task(work), [])

    solara.Text("this stays")
    solara.Button("in a callback", on_click=lambda: fail("callback"))
    solara.Button("in rendering", on_click=lambda: set_broken("rendering"))
    solara.Button("in an effect", on_click=lambda: set_broken("effect"))
    solara.Button("in a task", on_click=task)
    if task.error:
        solara.Text("the task has failed")
"""
FIRST = """
import solara


@solara.component
def Page():
    raise ValueError("hunter2 at first")
"""


def make_pages(folder: Path) -> Path:
    (folder / "3_deep").mkdir(parents=True)
    (folder / "__init__.py").write_text(LAYOUT)
    (folder / "1_home.py").write_text(HOME)
    (folder / "2_my_item.py").write_text(ITEM)
    (folder / "3_deep" / "under.py").write_text(HOME.replace("this is home", "this is deep"))
    (folder / "4_text.md").write_text("# A text\n\nWritten in *Markdown*.\n")
    cell = nbformat.v4.new_code_cell(HOME.replace("this is home", "from a notebook"))
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), str(folder / "5_book.ipynb"))
    (folder / "6_leads_on.py").write_text(LEADS_ON)
    (folder / "_hidden.py").write_text(HOME)
    return folder


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    python, folder = use.interpreter(ENVIRONMENT), tmp_path_factory.mktemp("site")
    server = AppServer(make_pages(folder / "pages"), python=python, state=folder / "state")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    python, folder = use.interpreter(ENVIRONMENT), tmp_path_factory.mktemp("faults")
    (folder / "app.py").write_text(FAULTS)
    (folder / "first.py").write_text(FIRST)
    server = AppServer(
        folder / "app.py", "first.py", "--production", python=python, state=folder / "state"
    )
    yield server
    server.stop()


def test_names_order_layout_and_links(pages: AppServer, visits: Visits) -> None:
    page = visits.open(pages.url)
    expect(page.get_by_text("this is home")).to_be_visible()
    said = page.get_by_text("routes:").first
    expect(said).to_contain_text("/ (Start), my-item (My Item), deep (Deep), text (Text), book")
    expect(said).not_to_contain_text("hidden")
    page.get_by_role("button", name="shared 0").click()
    page.evaluate("window.notLoadedAnew = true")
    page.get_by_role("button", name="to My Item").click()
    expect(page).to_have_url(pages.url + "/my-item")
    expect(page.get_by_text("item 2 1.0")).to_be_visible()
    expect(page.get_by_role("button", name="shared 1")).to_be_visible()
    page.get_by_role("button", name="to Text").click()
    expect(page.locator(".solara-markdown em", has_text="Markdown")).to_be_visible()
    # A notebook, by the title in it.
    page.get_by_role("button", name="to Start").last.click()
    expect(page.get_by_text("from a notebook")).to_be_visible()
    page.go_back()
    page.go_back()
    expect(page.get_by_text("item 2 1.0")).to_be_visible()
    assert page.evaluate("window.notLoadedAnew") is True


def test_an_app_may_go_elsewhere_before_its_page_has_views(
    pages: AppServer, visits: Visits
) -> None:
    page = visits.open(pages.url + "/leads-on")
    expect(page.get_by_text("item 2 1.0")).to_be_visible()
    expect(page).to_have_url(pages.url + "/my-item")
    page.get_by_role("button", name="shared").click()
    expect(page.get_by_text("item 2 1.0")).to_be_visible()


def test_deep_links_and_arguments(pages: AppServer, visits: Visits) -> None:
    page = visits.open(pages.url + "/my-item/41/2")
    # Cast by their annotations.
    expect(page.get_by_text("item 42 4.0")).to_be_visible()
    expect(visits.open(pages.url + "/deep").get_by_text("this is deep")).to_be_visible()


def test_pages_that_are_not_there(pages: AppServer, visits: Visits) -> None:
    visits.allow("404")
    page = visits.open(pages.url + "/no-such-page", wait=False)
    expect(page.get_by_role("status")).to_contain_text("no page at this address")


def test_in_production_errors_are_ids(production: AppServer, visits: Visits) -> None:
    page = visits.open(production.url + "/app/")
    for name in ("in a callback", "in an effect", "in rendering"):
        page.get_by_role("button", name=name).click()
        production.wait_for_log(f"hunter2 in {name.split()[-1]}$")
        expect(page.locator("#sundog-errors")).to_contain_text("Error id")
        expect(page.get_by_text("this stays")).to_be_visible()
    assert "hunter2" not in page.content()
    tasks = visits.open(production.url + "/app/")
    tasks.get_by_role("button", name="in a task").click()
    expect(tasks.get_by_text("the task has failed")).to_be_visible()
    assert "hunter2" not in tasks.content()


def test_in_production_a_page_that_fails_at_once_shows_an_id(
    production: AppServer, visits: Visits
) -> None:
    page = visits.open(production.url + "/first/", wait=False)
    expect(page.locator("#sundog-errors")).to_contain_text("Error id")
    assert "hunter2" not in page.content()
    production.wait_for_log("hunter2 at first")
