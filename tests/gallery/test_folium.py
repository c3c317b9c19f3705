from typing import Any

from playwright.sync_api import Error, FrameLocator, Locator, Page, expect

from tests.gallery.library import Library, said, text_of, wait_until

# Which of the fonts of elements' icons are there.
FONTS = """all => all.map((icon) => {
  const { fontFamily, fontWeight } = getComputedStyle(icon, "::before");
  const loaded = [...document.fonts].filter(({ status }) => status === "loaded");
  return [fontFamily, loaded.some(({ family }) => fontFamily.includes(family.replaceAll('"', "")))];
})"""
LOADED = [['"Glyphicons Halflings"', True], ['"Font Awesome 6 Free"', True]]


def fonts_of(icons: Locator) -> Any:
    """Return what is known of icons' fonts; nothing while another map takes the place of theirs."""
    try:
        return icons.evaluate_all(FONTS)
    except Error:
        return None


class TestFolium(Library):
    page = "42_folium.py"
    title = "folium and geopandas in an Output"
    packages = ("folium", "geopandas")
    button = "Other colour"
    notes = (
        "Leaflet, and the styles and fonts of markers' icons, come with Sundog; most maps' tiles "
        "come from the internet"
    )

    def map(self, page: Page) -> FrameLocator:
        return page.locator("iframe").content_frame

    def shown(self, page: Page) -> None:
        expect(page.locator("iframe")).to_have_count(1)
        # Two fields, with their outlines where Leaflet has placed them.
        expect(self.map(page).locator("path.leaflet-interactive")).to_have_count(2)
        expect(self.map(page).locator(".leaflet-control-zoom-in")).to_be_visible()
        # A glyph and a turned picture, of fonts that have come.
        icons = self.map(page).locator(".awesome-marker i")
        expect(icons).to_have_count(2)
        wait_until(page, lambda: fonts_of(icons) == LOADED, "an icon's font is missing")
        turned = "matrix(0, 1, -1, 0, 0, 0)"
        expect(icons.nth(1)).to_have_css("transform", turned)

    def look(self, page: Page) -> Any:
        field = self.map(page).locator("path.leaflet-interactive").first
        return field.get_attribute("stroke"), field.get_attribute("d")

    def move(self, page: Page) -> None:
        at_the_end = text_of(said(page)).endswith("zoom 12")
        page.get_by_role("slider").press("Home" if at_the_end else "ArrowRight")
        # The map is drawn anew.
        self.shown(page)
