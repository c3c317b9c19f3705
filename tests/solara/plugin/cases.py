"""Tests of widgets and components, with the fixtures of `solara.test.pytest_plugin`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
import pytest
import solara
from IPython.display import display
from playwright.sync_api import Page as Page_

count = solara.reactive(3)


@solara.component
def Counter() -> None:
    solara.Button(f"count {count.value}", on_click=lambda: count.set(count.value + 1))


def test_a_widget_hears_of_the_page(solara_test: None, page_session: Page_) -> None:
    clicks = []
    button = widgets.Button(description="click me")

    def clicked(_: object) -> None:
        clicks.append(1)
        button.description = f"clicked {len(clicks)}"

    button.on_click(clicked)
    display(button)
    page_session.locator("text=click me").click()
    page_session.locator("text=clicked 1").wait_for()
    assert clicks == [1]


def test_a_component_has_state(solara_test: None, page_session: Page_) -> None:
    display(Counter())
    page_session.locator("text=count 3").click()
    page_session.locator("text=count 4").wait_for()
    assert count.value == 4


def test_each_test_has_a_kernel_of_its_own(solara_test: None, page_session: Page_) -> None:
    display(Counter())
    page_session.locator("text=count 3").wait_for()
    print("seen in the page")
    page_session.locator("text=seen in the page").wait_for()


def test_an_app_is_served(solara_server: Any, solara_app: Any, page_session: Page_) -> None:
    with solara_app("solara.website.pages.documentation.examples.utilities.calculator:Page"):
        page_session.goto(solara_server.base_url)
        page_session.get_by_role("button", name="7", exact=True).click()
        page_session.get_by_text("7", exact=True).nth(1).wait_for()


@solara.component
def Page() -> None:
    presses = solara.use_reactive(0)
    solara.Button(f"presses {presses.value}", on_click=lambda: presses.set(presses.value + 1))


@pytest.mark.parametrize("app", ["cases", "cases:Page"])
@pytest.mark.parametrize("known_as", ["cases", "package.cases"])
def test_a_component_of_the_tests_themselves(
    solara_server: Any,
    solara_app: Any,
    page_session: Page_,
    monkeypatch: pytest.MonkeyPatch,
    app: str,
    known_as: str,
) -> None:
    module = sys.modules[__name__]
    monkeypatch.delitem(sys.modules, __name__)
    monkeypatch.setitem(sys.modules, known_as, module)
    with solara_app(app):
        page_session.goto(solara_server.base_url)
        page_session.locator("text=presses 0").click()
        page_session.locator("text=presses 1").wait_for()


def test_the_mode_is_the_one_of_the_environment(solara_server: Any) -> None:
    import solara.server.settings

    expected = os.environ.get("SOLARA_MODE", "development")
    assert solara.server.settings.main.mode == expected


def test_an_app_that_can_not_be_loaded_is_an_error(solara_app: Any) -> None:
    with pytest.raises(Exception, match="no_such_module"), solara_app("no_such_module:Page"):
        pass


def test_pictures_are_compared(
    solara_test: None,
    page_session: Page_,
    assert_solara_snapshot: Callable[[bytes], None],
    pytestconfig: pytest.Config,
) -> None:
    display(
        widgets.HTML("<div id='box' style='width: 80px; height: 40px; background: teal'></div>")
    )
    box = page_session.locator("#box")
    box.wait_for()
    pytestconfig.option.solara_update_snapshots = True
    assert_solara_snapshot(box.screenshot())
    pytestconfig.option.solara_update_snapshots = False
    assert_solara_snapshot(box.screenshot())
    box.evaluate("element => { element.style.background = 'orange'; }")
    with pytest.raises(AssertionError, match="does not match"):
        assert_solara_snapshot(box.screenshot())


def test_the_same_code_runs_in_each_environment(
    ipywidgets_runner: Any, page_session: Page_
) -> None:
    def kernel_code() -> None:
        import ipywidgets as widgets
        from IPython.display import display

        display(widgets.Label("from the runner"))

    ipywidgets_runner(kernel_code)
    page_session.locator("text=from the runner").wait_for()
