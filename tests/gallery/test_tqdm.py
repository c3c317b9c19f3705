from typing import Any

from playwright.sync_api import Page, expect

from tests.gallery.library import Library


class TestTqdm(Library):
    page = "70_tqdm.py"
    title = "tqdm"
    packages = ("tqdm",)
    labextensions = ()
    nbextensions = ()
    button = "Run"

    def shown(self, page: Page) -> None:
        expect(page.get_by_role("progressbar")).to_be_visible()
        expect(page.get_by_text("Adding: 100%")).to_be_visible()

    def look(self, page: Page) -> Any:
        return page.get_by_text("it/s]").inner_text()

    def move(self, page: Page) -> None:
        page.get_by_role("slider").press("ArrowRight")
