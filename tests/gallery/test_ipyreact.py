from typing import Any

from playwright.sync_api import Page, expect

from tests.gallery.library import Library


class TestIpyReact(Library):
    page = "14_ipyreact.py"
    title = "ipyreact"
    packages = ("ipyreact",)
    labextensions = ("@widgetti/jupyter-react",)
    nbextensions = ("jupyter-react",)
    button = "One more star"

    def shown(self, page: Page) -> None:
        expect(page.get_by_role("radio")).to_have_count(5)
        expect(page.locator("[aria-checked=true]")).to_be_visible()

    def look(self, page: Page) -> Any:
        return page.locator("[aria-checked=true]").get_attribute("aria-label")

    def move(self, page: Page) -> None:
        stars = int(self.look(page)[0])
        page.get_by_label(f"{(stars + 1) % 5 + 1} stars", exact=True).click()
