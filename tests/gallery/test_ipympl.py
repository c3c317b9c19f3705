from typing import Any

from playwright.sync_api import Page

from tests.gallery.library import Library, expect_painted, painted, said, text_of


class TestIpympl(Library):
    page = "22_ipympl.ipynb"
    title = "ipympl (`%matplotlib widget`)"
    packages = ("ipympl", "matplotlib")
    labextensions = ("jupyter-matplotlib",)
    nbextensions = ("jupyter-matplotlib",)
    button = "Faster waves"

    def shown(self, page: Page) -> None:
        expect_painted(page.locator(".jupyter-matplotlib canvas").first)

    def look(self, page: Page) -> Any:
        return painted(page.locator(".jupyter-matplotlib canvas").first)

    def move(self, page: Page) -> None:
        x = 300 if "at 4" in text_of(said(page)) else 400
        page.locator(".jupyter-matplotlib canvas").last.click(position={"x": x, "y": 120})
