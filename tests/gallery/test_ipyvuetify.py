from typing import Any

from playwright.sync_api import Page, expect

from tests.gallery.library import Library


class Vuetify(Library):
    """The same page in the two generations of Vuetify."""

    page = "11_ipyvuetify.py"
    packages = ("ipyvuetify", "ipyvue")
    labextensions = ("jupyter-vuetify", "jupyter-vue")
    nbextensions = ("jupyter-vuetify", "jupyter-vue")
    button = "Surprise me"

    def shown(self, page: Page) -> None:
        expect(page.get_by_role("slider")).to_have_count(1)
        expect(page.get_by_text("By train", exact=True)).to_be_visible()
        # The styles have been loaded.
        expect(page.locator(".v-card")).to_have_css("font-family", "Roboto, sans-serif")
        expect(page.locator(".v-card")).to_have_css("border-top-left-radius", "4px")

    def look(self, page: Page) -> Any:
        return page.get_by_role("slider").get_attribute("aria-valuenow")

    def move(self, page: Page) -> None:
        slider = page.get_by_role("slider")
        slider.press("ArrowLeft" if self.look(page) == "14" else "ArrowRight")


class TestVuetify3(Vuetify):
    title = "ipyvuetify 3"


class TestVuetify2(Vuetify):
    title = "ipyvuetify 1"
    environment = "older"
