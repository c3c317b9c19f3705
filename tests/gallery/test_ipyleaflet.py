from typing import Any

from playwright.sync_api import Page, expect

from tests.gallery.library import Library, drag, expect_painted


class TestIpyleaflet(Library):
    page = "40_ipyleaflet.py"
    title = "ipyleaflet"
    packages = ("ipyleaflet", "jupyter-leaflet")
    labextensions = ("jupyter-leaflet",)
    nbextensions = ("jupyter-leaflet",)
    button = "Sail on"
    notes = "tiles come from the app's own `public` folder"

    def shown(self, page: Page) -> None:
        expect(page.locator("img.leaflet-tile-loaded").first).to_be_visible()
        expect_painted(page.locator(".leaflet-container"), colors=10)
        expect(page.locator("img.leaflet-marker-icon")).to_have_count(1)

    def look(self, page: Page) -> Any:
        return page.locator("img.leaflet-marker-icon").bounding_box()

    def move(self, page: Page) -> None:
        drag(page.locator("img.leaflet-marker-icon"), 20, 15)
