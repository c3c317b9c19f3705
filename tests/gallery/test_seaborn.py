from typing import Any

from playwright.sync_api import Page

from tests.gallery.library import Library, expect_painted


class TestSeaborn(Library):
    page = "26_seaborn.py"
    title = "seaborn"
    packages = ("seaborn", "matplotlib")
    labextensions = ()
    nbextensions = ()
    button = "Next palette"

    def shown(self, page: Page) -> None:
        expect_painted(page.locator("img").last, colors=10)

    def look(self, page: Page) -> Any:
        return page.locator("img").last.get_attribute("src")

    def move(self, page: Page) -> None:
        page.get_by_role("slider").press("ArrowRight")
