from typing import Any

from playwright.sync_api import Page, expect

from tests.gallery.library import Library


class TestIpySheet(Library):
    page = "33_ipysheet.py"
    title = "ipysheet"
    packages = ("ipysheet",)
    labextensions = ("ipysheet",)
    nbextensions = ("ipysheet",)
    button = "Double b"

    def shown(self, page: Page) -> None:
        expect(page.locator(".ht_master td").first).to_be_visible()
        expect(page.locator(".ht_master td")).to_have_count(6)

    def look(self, page: Page) -> Any:
        return page.locator(".ht_master td").all_inner_texts()

    def move(self, page: Page) -> None:
        cell = page.locator(".ht_master td").first
        value = int(float(cell.inner_text())) + 1
        cell.dblclick()
        page.keyboard.press("Control+a")
        page.keyboard.type(str(value))
        page.keyboard.press("Enter")
