from typing import Any

from playwright.sync_api import Page, expect

from tests.gallery.library import Library, said, text_of


class TestIpyAggrid(Library):
    page = "34_ipyaggrid.py"
    title = "ipyaggrid"
    packages = ("ipyaggrid",)
    labextensions = ("ipyaggrid",)
    nbextensions = ("ipyaggrid",)
    button = "One more each"
    known = {r"console error: \*": "AG Grid Enterprise tells that it has no license"}

    def shown(self, page: Page) -> None:
        expect(page.locator(".ag-center-cols-container .ag-row")).to_have_count(4)
        expect(page.get_by_role("gridcell", name="Leiden")).to_be_visible()

    def look(self, page: Page) -> Any:
        return page.locator(".ag-center-cols-container [col-id=people]").all_inner_texts()

    def move(self, page: Page) -> None:
        name = "Delft" if "Gouda" in text_of(said(page)) else "Gouda"
        page.get_by_role("gridcell", name=name).click()
