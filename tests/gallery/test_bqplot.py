from typing import Any

from playwright.sync_api import Page, expect

from tests.gallery.library import Library, said


class TestBqplot(Library):
    page = "20_bqplot.py"
    title = "bqplot"
    packages = ("bqplot", "bqscales")
    labextensions = ("bqplot", "bqscales")
    nbextensions = ("bqplot", "bqscales")
    button = "Shuffle"

    def shown(self, page: Page) -> None:
        expect(page.locator(".bqplot rect.bar")).to_have_count(8)
        expect(page.get_by_text("Visitors", exact=True)).to_be_visible()

    def look(self, page: Page) -> Any:
        return page.locator(".bqplot rect.bar").evaluate_all(
            "bars => bars.map(bar => bar.getAttribute('height'))"
        )

    def move(self, page: Page) -> None:
        another = 5 if "Apr" in said(page).inner_text() else 3
        page.locator(".bqplot rect.bar").nth(another).click()
