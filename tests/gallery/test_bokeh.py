from typing import Any

from playwright.sync_api import Page

from tests.gallery.library import Library, expect_painted, painted


class TestBokeh(Library):
    page = "25_bokeh.py"
    title = "jupyter_bokeh"
    packages = ("jupyter_bokeh", "bokeh")
    labextensions = ("@bokeh/jupyter_bokeh",)
    nbextensions = ("jupyter_bokeh",)
    button = "Other colour"
    notes = "Bokeh's own scripts come from the installed `bokeh`"

    def shown(self, page: Page) -> None:
        expect_painted(page.locator(".bk-Canvas").first, colors=10)

    def look(self, page: Page) -> Any:
        return painted(page.locator(".bk-Canvas").first)["hash"]

    def move(self, page: Page) -> None:
        page.locator(".noUi-handle").press("ArrowRight")
