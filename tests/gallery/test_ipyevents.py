import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.gallery.library import Library


class TestIpyEvents(Library):
    page = "16_ipyevents.py"
    title = "ipyevents"
    packages = ("ipyevents",)
    labextensions = ("ipyevents",)
    nbextensions = ()
    button = "Other event"

    def field(self, page: Page) -> Locator:
        return page.get_by_text(re.compile("lick here$"))

    def shown(self, page: Page) -> None:
        expect(self.field(page)).to_be_visible()

    def look(self, page: Page) -> Any:
        return self.field(page).inner_text()

    def move(self, page: Page) -> None:
        if "Double" in self.look(page):
            self.field(page).dblclick()
        else:
            self.field(page).click()
