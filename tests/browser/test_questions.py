"""``input()``, ``getpass()``, ``breakpoint()`` and ``exit()`` in an app that users have open."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.servers import Servers
from tests.browser.visits import Visits

APP = """
import getpass
import sys

import ipywidgets as w

label, out = w.Label("ready"), w.Output()
actions = {
    "input": lambda: input("your name? "),
    "getpass": lambda: getpass.getpass("password? "),
    "breakpoint": lambda: breakpoint(),
    "exit": lambda: exit(),
    "sys.exit": lambda: sys.exit(3),
    "Alive": lambda: f"alive; stdin {'closed' if sys.stdin.closed else 'open'}",
}


def make(name, action):
    def press(_):
        label.value = f"{name}: started"
        label.value = f"{name}: {action()!r}"

    button = w.Button(description=name)
    button.on_click(press)
    return button


def inside(_):
    with out:
        print("Hello", input("who is there? "))


ask_inside = w.Button(description="inside")
ask_inside.on_click(inside)
buttons = [make(*each) for each in actions.items()]
w.VBox([w.HBox([*buttons, ask_inside]), label, out.add_class("out")])
"""

MODES = pytest.mark.parametrize(
    "arguments", [(), ("--production",)], ids=["development", "production"]
)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@MODES
def test_input_and_getpass_ask_in_the_page(
    serve: Servers, visits: Visits, arguments: tuple[str, ...]
) -> None:
    server = serve(APP, *arguments)
    page, other = visits.open(server.url), visits.open(server.url)
    press(page, "input")
    field = page.get_by_label("your name?")
    expect(field).to_be_focused()
    # Another user goes on meanwhile.
    press(other, "Alive")
    expect(other.get_by_text("Alive: 'alive; stdin open'")).to_be_visible()
    field.fill("Ann")
    field.press("Enter")
    expect(page.get_by_text("input: 'Ann'")).to_be_visible()
    expect(page.get_by_text("your name? Ann")).to_be_visible()
    expect(page.locator("form.sundog-question")).to_have_count(0)

    press(page, "getpass")
    field = page.get_by_label("password?")
    expect(field).to_have_attribute("type", "password")
    field.fill("secret")
    field.press("Enter")
    expect(page.get_by_text("getpass: 'secret'")).to_be_visible()
    expect(page.get_by_text("password? ········")).to_be_visible()

    press(page, "inside")
    field = page.locator(".out").get_by_label("who is there?")
    field.fill("Bob")
    field.press("Enter")
    expect(page.locator(".out")).to_contain_text("Hello Bob")


@MODES
def test_exit_ends_the_kernel_only(
    serve: Servers, visits: Visits, arguments: tuple[str, ...]
) -> None:
    server = serve(APP, *arguments)
    page, other = visits.open(server.url), visits.open(server.url)
    press(page, "sys.exit")
    expect(page.get_by_text("sys.exit: started")).to_be_visible()
    press(page, "Alive")
    expect(page.get_by_text("Alive: 'alive; stdin open'")).to_be_visible()
    press(page, "exit")
    expect(page.get_by_text("This session has ended.")).to_be_visible()
    press(other, "Alive")
    expect(other.get_by_text("Alive: 'alive; stdin open'")).to_be_visible()
    expect(visits.open(server.url).get_by_text("ready")).to_be_visible()


@MODES
def test_breakpoint_does_not_stop_the_kernel(
    serve: Servers, visits: Visits, arguments: tuple[str, ...]
) -> None:
    server = serve(APP, *arguments)
    page = visits.open(server.url)
    press(page, "breakpoint")
    server.wait_for_log("RuntimeError: breakpoint\\(\\) ")
    press(page, "Alive")
    expect(page.get_by_text("Alive: 'alive; stdin open'")).to_be_visible()


def test_a_script_that_asks_at_its_top_is_served_and_asks_each_user(
    serve: Servers, visits: Visits
) -> None:
    source = """
    import ipywidgets
    name = input("your name? ")
    ipywidgets.Label(f"Hello {name}")
    """
    server = serve(source)
    for name in ("Ann", "Bob"):
        page = visits.open(server.url, wait=False)
        page.get_by_label("your name?").fill(name)
        page.get_by_label("your name?").press("Enter")
        expect(page.get_by_text(f"Hello {name}")).to_be_visible()
