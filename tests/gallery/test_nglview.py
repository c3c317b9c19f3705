from typing import Any

from playwright.sync_api import Locator, Page

from tests.gallery.library import Library, drag, expect_painted, painted


class TestNglview(Library):
    page = "52_nglview.py"
    title = "nglview"
    packages = ("nglview",)
    labextensions = ("nglview-js-widgets",)
    nbextensions = ("nglview-js-widgets",)
    environment = "jupyterlab"
    button = "Other colour"
    notes = "tested with JupyterLab in the same environment, which it needs"

    def canvas(self, page: Page) -> Locator:
        return page.locator("canvas[data-engine*=three]")

    def shown(self, page: Page) -> None:
        expect_painted(self.canvas(page), colors=20)

    def look(self, page: Page) -> Any:
        return painted(self.canvas(page))

    def move(self, page: Page) -> None:
        drag(self.canvas(page), 60, 25)
