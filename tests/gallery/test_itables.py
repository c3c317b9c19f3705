from typing import Any

from playwright.sync_api import Page, expect

from tests.gallery.library import Library, said, text_of


class TestItables(Library):
    page = "31_itables.py"
    title = "itables"
    packages = ("itables", "anywidget")
    labextensions = ("anywidget",)
    nbextensions = ("anywidget",)
    button = "Observe again"

    def shown(self, page: Page) -> None:
        expect(page.locator("table.dataTable tbody tr")).to_have_count(8)
        expect(page.get_by_text("Showing 1 to 8 of 30 entries")).to_be_visible()

    def look(self, page: Page) -> Any:
        return page.locator("table.dataTable tbody td:last-child").all_inner_texts()

    def move(self, page: Page) -> None:
        row = 4 if "[2]" in text_of(said(page)) else 2
        page.locator("table.dataTable tbody tr").nth(row).click()


class TestOutput(Library):
    page = "32_itables_output.py"
    title = "itables in an Output"
    packages = ("itables",)
    button = "Turn it round"
    notes = "`init_notebook_mode(connected=False)` has to be shown in the page, too"

    def shown(self, page: Page) -> None:
        expect(page.locator("table.dataTable tbody tr")).to_have_count(8)
        expect(page.get_by_text("Showing 1 to 8 of 30 entries")).to_be_visible()

    def look(self, page: Page) -> Any:
        return page.locator("table.dataTable tbody td:first-child").all_inner_texts()

    def move(self, page: Page) -> None:
        page.get_by_role("slider").press("ArrowRight")
