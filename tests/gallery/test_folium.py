from typing import Any

from playwright.sync_api import FrameLocator, Page, expect

from tests.gallery.library import Library, said, text_of


class TestFolium(Library):
    page = "42_folium.py"
    title = "folium and geopandas in an Output"
    packages = ("folium", "geopandas")
    button = "Other colour"
    known = {
        r"bootstrap-glyphicons|fontawesome-free@6|leaflet\.awesome\.rotate|ERR_NAME_NOT_RESOLVED": (
            "The styles of markers' icons come from CDNs; the map does without."
        )
    }
    notes = (
        "Leaflet comes with Sundog; the pictures in markers' icons and most maps' tiles come from "
        "the internet"
    )

    def map(self, page: Page) -> FrameLocator:
        return page.locator("iframe").content_frame

    def shown(self, page: Page) -> None:
        expect(page.locator("iframe")).to_have_count(1)
        # Two fields, with their outlines where Leaflet has placed them.
        expect(self.map(page).locator("path.leaflet-interactive")).to_have_count(2)
        expect(self.map(page).locator(".leaflet-control-zoom-in")).to_be_visible()

    def look(self, page: Page) -> Any:
        field = self.map(page).locator("path.leaflet-interactive").first
        return field.get_attribute("stroke"), field.get_attribute("d")

    def move(self, page: Page) -> None:
        at_the_end = text_of(said(page)).endswith("zoom 12")
        page.get_by_role("slider").press("Home" if at_the_end else "ArrowRight")
        # The map is drawn anew.
        self.shown(page)
