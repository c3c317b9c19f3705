from typing import Any

from playwright.sync_api import Page

from tests.gallery.library import Library, drag, expect_painted, painted


class TestPythreejs(Library):
    page = "50_pythreejs.py"
    title = "pythreejs"
    packages = ("pythreejs", "ipydatawidgets")
    labextensions = ("jupyter-threejs",)
    nbextensions = ("jupyter-threejs",)
    button = "Paint it"
    known = {
        "Error setting state: .*'uninitialized'": "its Python side answers with a placeholder what"
        " its page has made for a light, in Jupyter too"
    }

    def shown(self, page: Page) -> None:
        expect_painted(page.locator(".jupyter-threejs canvas"), colors=50)

    def look(self, page: Page) -> Any:
        return painted(page.locator(".jupyter-threejs canvas"))

    def move(self, page: Page) -> None:
        drag(page.locator(".jupyter-threejs canvas"), 60, 20)
