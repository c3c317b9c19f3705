from typing import Any

from playwright.sync_api import Page, expect

from tests.gallery.library import Library


class TestAnywidget(Library):
    page = "10_anywidget.py"
    title = "anywidget"
    packages = ("anywidget",)
    labextensions = ("anywidget",)
    nbextensions = ("anywidget",)
    button = "Opposite colour"

    def shown(self, page: Page) -> None:
        expect(page.get_by_role("radio")).to_have_count(12)
        expect(page.locator("[aria-checked=true]")).to_have_css("border-top-color", "rgb(0, 0, 0)")

    def look(self, page: Page) -> Any:
        return page.locator("[aria-checked=true]").get_attribute("aria-label")

    def move(self, page: Page) -> None:
        hue = int(self.look(page).removesuffix(" degrees"))
        page.get_by_label(f"{(hue + 90) % 360} degrees", exact=True).click()
