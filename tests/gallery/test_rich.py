from typing import Any

from playwright.sync_api import Page, expect

from tests.gallery.library import Library


class TestRich(Library):
    page = "71_rich.py"
    title = "rich"
    packages = ("rich",)
    labextensions = ()
    nbextensions = ()
    button = "Other colour"

    def shown(self, page: Page) -> None:
        expect(page.locator(".jp-RenderedHTML pre").first).to_contain_text("Squares")
        expect(page.get_by_text("done")).to_have_css("font-weight", "700")

    def look(self, page: Page) -> Any:
        return page.locator(".jp-RenderedHTML").first.inner_html()

    def move(self, page: Page) -> None:
        page.get_by_role("slider").press("ArrowRight")
