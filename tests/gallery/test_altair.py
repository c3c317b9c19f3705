from typing import Any

from playwright.sync_api import Page, expect

from tests.gallery.library import Library


class TestAltair(Library):
    page = "24_altair.py"
    title = "altair"
    packages = ("altair",)
    labextensions = ("anywidget",)
    nbextensions = ("anywidget",)
    button = "Turn around"
    notes = "JupyterChart and displayed charts, both drawn with the page's own Vega"

    def shown(self, page: Page) -> None:
        charts = page.locator(".vega-embed")
        expect(charts).to_have_count(2)
        # The bars of one, the axes of both.
        expect(charts.first.locator("path[aria-roledescription=bar]")).to_have_count(4)
        expect(charts.nth(1).locator("canvas, svg.marks")).to_be_visible()

    def look(self, page: Page) -> Any:
        labels = page.locator(".vega-embed").first.locator("path[aria-roledescription=bar]")
        return [
            (bar.get_attribute("aria-label"), (bar.bounding_box() or {}).get("y"))
            for bar in labels.all()
        ]

    def move(self, page: Page) -> None:
        picked = page.get_by_text("In Python:").inner_text()
        name = "lemon" if "banana" in picked else "banana"
        page.locator(f"path[aria-roledescription=bar][aria-label*={name}]").click()
