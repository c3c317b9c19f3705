from typing import Any

from playwright.sync_api import Page

from tests.gallery.library import Library, drag, expect_painted, painted


class TestK3d(Library):
    page = "51_k3d.py"
    title = "k3d"
    packages = ("k3d", "anywidget")
    labextensions = ("anywidget",)
    nbextensions = ("anywidget",)
    button = "Another surface"

    def shown(self, page: Page) -> None:
        expect_painted(page.locator("canvas").first, colors=50)

    def look(self, page: Page) -> Any:
        return painted(page.locator("canvas").first)

    def move(self, page: Page) -> None:
        drag(page.locator("canvas").first, 60, 20)
