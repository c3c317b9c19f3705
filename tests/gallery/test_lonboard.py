import pytest
from playwright.sync_api import expect

from tests.browser.servers import AppServer
from tests.browser.visits import Visits
from tests.gallery.library import Library, Record, said


class TestLonboard(Library):
    """It gets a part of its code from a CDN when it runs."""

    page = "44_lonboard.py"
    title = "lonboard"
    packages = ("lonboard", "anywidget")
    labextensions = ("anywidget",)
    works_offline = False
    notes = "gets its Parquet reader from cdn.jsdelivr.net, and says so in the map's place"

    def test_labextension(  # type: ignore[override]
        self, server: AppServer, visits: Visits, record_property: Record
    ) -> None:
        record_property("library", self.title)
        visits.allow(r"cdn\.jsdelivr\.net|Failed to fetch|Failed to initialize")
        page = visits.open(server.url)
        place = page.locator(".sundog-missing-resources")
        expect(place).to_have_text(
            "This widget could not reach cdn.jsdelivr.net. Parts of it may be missing."
        )
        expect(said(page)).to_be_visible()

    @pytest.mark.skip(reason="nothing else is to be seen")
    def test_amd(self) -> None:  # type: ignore[override]
        """Skip what is the same in both forms."""
