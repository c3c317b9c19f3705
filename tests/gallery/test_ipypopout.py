import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.servers import AppServer
from tests.browser.visits import Visits
from tests.gallery.library import Library, said


class TestIpyPopout(Library):
    page = "17_ipypopout.py"
    title = "ipypopout"
    packages = ("ipypopout", "ipyvuetify")
    labextensions = ("jupyter-vue", "jupyter-vuetify")
    nbextensions = ("jupyter-vue", "jupyter-vuetify")
    button = "Reverse"
    known = {"Solara found": "what ipypopout says where windows can be opened"}
    notes = "a window of its own shows the widget of the same kernel"

    def shown(self, page: Page) -> None:
        expect(page.locator(".mdi-application-export")).to_be_visible()
        expect(page.get_by_text("Panel")).to_be_visible()

    def look(self, page: Page) -> Any:
        return page.get_by_role("slider").get_attribute("aria-valuenow")

    def move(self, page: Page) -> None:
        page.get_by_role("slider").press("ArrowRight")

    def test_a_window_shows_the_same_widget(self, server: AppServer, visits: Visits) -> None:
        visits.allow("Solara found|404")
        page = visits.open(server.url)
        with page.expect_popup() as opened:
            page.locator("button:has(.mdi-application-export)").click()
        window = opened.value
        expect(window.get_by_text("Panel")).to_be_visible()
        expect(said(window)).to_have_count(0)
        window.get_by_role("slider").press("ArrowRight")
        expect(said(page)).to_have_text("In Python: 4")
        page.get_by_role("button", name="Reverse").click()
        expect(window.get_by_role("slider")).to_have_attribute("aria-valuenow", re.compile("^6"))

        stranger = visits.open(window.url, wait=False)
        expect(stranger.get_by_text("not open in this browser")).to_be_visible()

        window.close()
        page.get_by_role("slider").press("ArrowRight")
        expect(said(page)).to_have_text("In Python: 7")
