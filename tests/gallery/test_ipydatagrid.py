from typing import Any

from playwright.sync_api import Page

from tests.gallery.library import Library, expect_painted, painted, said, text_of


class TestIpydatagrid(Library):
    page = "30_ipydatagrid.py"
    title = "ipydatagrid"
    packages = ("ipydatagrid",)
    labextensions = ("ipydatagrid",)
    nbextensions = ("ipydatagrid",)
    button = "Count the stock"

    def shown(self, page: Page) -> None:
        expect_painted(page.locator(".lm-DataGrid"), colors=20)

    def look(self, page: Page) -> Any:
        return painted(page.locator(".lm-DataGrid"))

    def move(self, page: Page) -> None:
        row = 1 if "(2, 0)" in text_of(said(page)) else 2
        page.locator(".lm-DataGrid").click(position={"x": 200, "y": 32 * row + 48})
