from typing import Any

from playwright.sync_api import Page, expect

from tests.gallery.library import Library


class TestPandas(Library):
    page = "36_pandas.py"
    title = "pandas tables"
    packages = ("pandas",)
    labextensions = ()
    nbextensions = ()
    button = "One degree more"

    def shown(self, page: Page) -> None:
        expect(page.locator("table")).to_have_count(2)
        expect(page.locator("table").last).to_contain_text("Cairo")
        expect(page.locator("td", has_text="+14 °C")).not_to_have_css(
            "background-color", "rgba(0, 0, 0, 0)"
        )

    def look(self, page: Page) -> Any:
        return page.locator("table").first.inner_text()

    def move(self, page: Page) -> None:
        colors = page.get_by_role("combobox")
        values = ["coolwarm", "viridis", "Greens"]
        colors.select_option(values[(values.index(colors.input_value()) + 1) % 3])
