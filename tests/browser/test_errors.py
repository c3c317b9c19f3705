"""Errors of apps, as much of them as each mode shows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.servers import Servers
from tests.browser.visits import Visits

APP = """
import asyncio
import threading
import ipywidgets as widgets
from IPython.display import display

def secret_function(token):
    raise RuntimeError(f"secret {token}")

slider = widgets.IntSlider(description="Size")
said = widgets.Label()
fail = widgets.Button(description="Fail")
fail.on_click(lambda _: secret_function("hunter2"))
slider.observe(lambda change: setattr(said, "value", f"at {change.new}"), "value")
brittle = widgets.IntText(description="Brittle")
def check(change):
    if change.new == 13:
        secret_function("thirteen")
    said.value = f"brittle {change.new}"
brittle.observe(check, "value")
async def later():
    await asyncio.sleep(0)
    secret_function("later")
coroutine = widgets.Button(description="Coroutine")
coroutine.on_click(lambda _: asyncio.create_task(later()))
thread = widgets.Button(description="Thread")
thread.on_click(lambda _: threading.Thread(
    target=secret_function, args=["apart"], name="helper").start())
out = widgets.Output()
inside = widgets.Button(description="Inside")
@out.capture()
def fail_inside(_):
    secret_function("inside")
inside.on_click(fail_inside)
printing = widgets.Button(description="Print")
printing.on_click(lambda _: print("secret print"))
widgets.VBox([slider, said.add_class("said"), widgets.HBox([fail, inside, printing]),
              widgets.HBox([coroutine, thread]), brittle, out.add_class("out")])
"""

LATE = """
import pathlib
import ipywidgets as widgets
if pathlib.Path(__file__).with_name("broken").exists():
    raise LookupError("secret reason")
widgets.Label("works")
"""


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def page(serve: Servers, visits: Visits) -> Page:
    return visits.open(serve(APP).url)


def test_development_shows_the_traceback(page: Page) -> None:
    press(page, "Fail")
    panel = page.get_by_role("region", name="Errors of the app")
    expect(panel.get_by_role("heading")).to_contain_text("RuntimeError in a")
    expect(panel).to_contain_text("secret hunter2")
    expect(panel).to_contain_text("in secret_function")
    expect(panel).to_contain_text("app.py")
    expect(panel).to_contain_text(re.compile("Error id [0-9a-f]{8}"))
    # The frames of the plumbing say nothing to the app's author.
    expect(panel).not_to_contain_text("site-packages")


@pytest.mark.parametrize(
    ("button", "where", "reason"),
    [
        ("Fail", "a callback", "hunter2"),
        ("Coroutine", "coroutine later", "later"),
        ("Thread", "thread helper", "apart"),
    ],
)
def test_the_page_and_the_terminal_tell_the_same(
    serve: Servers, page: Page, button: str, where: str, reason: str
) -> None:
    press(page, button)
    panel = page.get_by_role("region", name="Errors of the app")
    expect(panel.get_by_role("heading")).to_have_text(f"RuntimeError in {where}")
    expect(panel).to_contain_text(f"secret {reason}")
    expect(panel.locator("mark")).to_contain_text("raise RuntimeError(")
    found = re.search("Error id ([0-9a-f]{8})", panel.inner_text())
    assert found is not None
    server = serve(APP)
    server.wait_for_log(f"error {found[1]} in {where}")
    server.wait_for_log(f"RuntimeError: secret {reason}")


def test_the_rest_works_on(page: Page) -> None:
    press(page, "Fail")
    page.get_by_role("slider").press("ArrowRight")
    expect(page.locator(".said")).to_have_text("at 1")
    field = page.get_by_label("Brittle")
    for number in ("13", "14"):
        field.fill(number)
        field.press("Enter")
    expect(page.locator(".said")).to_have_text("brittle 14")
    expect(page.locator("#sundog-errors article")).to_have_count(2)


def test_errors_can_be_dismissed(page: Page) -> None:
    press(page, "Fail")
    press(page, "Fail")
    panel = page.get_by_role("region", name="Errors of the app")
    articles = panel.locator("article")
    expect(articles).to_have_count(2)
    panel.get_by_role("button", name="Dismiss").first.click()
    expect(articles).to_have_count(1)
    panel.get_by_role("button", name="Dismiss").press("Enter")
    expect(panel).to_be_hidden()
    press(page, "Fail")
    panel.get_by_role("button", name="Dismiss").press("Escape")
    expect(panel).to_be_hidden()


def test_an_error_in_an_output_stays_there(serve: Servers, page: Page) -> None:
    press(page, "Inside")
    out = page.locator(".out")
    expect(out.get_by_text("secret inside").first).to_be_visible()
    expect(out).to_contain_text("secret_function")
    serve(APP).wait_for_log("RuntimeError: secret inside")
    expect(page.locator("#sundog-errors")).to_be_hidden()


def test_production_shows_an_id_only(serve: Servers, visits: Visits) -> None:
    server = serve(APP, "--production")
    frames: list[str] = []
    first = visits.open(server.url)
    page = first.context.new_page()
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))),
    )
    page.goto(server.url)
    visits.wait_until_ready(page)
    for name in ("Fail", "Inside", "Print"):
        press(page, name)
    page.get_by_role("slider").press("ArrowRight")
    expect(page.locator(".said")).to_have_text("at 1")
    panel = page.get_by_role("region", name="Errors of the app")
    expect(panel).to_contain_text("Something went wrong")
    found = re.search("Error id ([0-9a-f]{8})", panel.inner_text())
    assert found is not None
    shown = found[1]
    for text in ("secret", "RuntimeError", "hunter2", "Traceback", "app.py", "thirteen"):
        assert text not in page.content()
        assert not any(text in frame for frame in frames)
    # The log says what it was.
    server.wait_for_log(f"error {shown} in")
    server.wait_for_log("secret hunter2")
    inside = page.locator(".out")
    expect(inside).not_to_be_empty()
    number = re.search("[0-9a-f]{8}", inside.inner_text())
    assert number is not None
    server.wait_for_log(f"error {number[0]} in")


@pytest.mark.parametrize("arguments", [(), ("--production",)], ids=["development", "production"])
def test_an_app_that_fails_for_a_page(
    serve: Servers, visits: Visits, arguments: tuple[str, ...]
) -> None:
    app = serve.script(LATE)
    server = serve.start(app, *arguments)
    (app.parent / "broken").touch()
    page = visits.open(server.url, wait=False)
    panel = page.get_by_role("region", name="Errors of the app")
    expect(panel.locator("article")).to_have_count(1)
    expect(page.get_by_role("status")).to_be_hidden()
    if arguments:
        expect(panel).to_contain_text("Something went wrong")
        assert "secret" not in page.content()
        assert "LookupError" not in page.content()
    else:
        expect(panel).to_contain_text("LookupError in the app")
        expect(panel).to_contain_text("secret reason")


def test_prints_go_to_the_log(serve: Servers, visits: Visits) -> None:
    server = serve(APP)
    page = visits.open(server.url)
    press(page, "Print")
    server.wait_for_log("secret print")
    expect(page.get_by_text("secret print")).to_have_count(0)
