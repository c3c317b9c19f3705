from typing import Any

from playwright.sync_api import Page, expect

from tests.gallery.library import Library


class TestPerspective(Library):
    page = "35_perspective.py"
    title = "perspective"
    packages = ("perspective-python", "anywidget")
    labextensions = ("anywidget",)
    nbextensions = ("anywidget",)
    button = "More sun in Oslo"
    notes = "in a box it needs a height: `widget.layout.flex = 'none'`"

    def shown(self, page: Page) -> None:
        expect(page.locator("regular-table td")).to_have_count(12)
        box = page.locator("regular-table").bounding_box()
        assert box is not None
        assert box["height"] > 200

    def look(self, page: Page) -> Any:
        return page.locator("regular-table td").all_inner_texts()

    def move(self, page: Page) -> None:
        page.locator("#psp-column-titles th").filter(has_text="sun").click()
