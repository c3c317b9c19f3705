from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.servers import AppServer
from tests.browser.visits import Visits
from tests.gallery.library import Library, Record, fetched, hide_labextensions


class TestFigureWidget(Library):
    page = "21_plotly.py"
    title = "plotly FigureWidget"
    packages = ("plotly", "anywidget")
    labextensions = ("anywidget",)
    nbextensions = ("anywidget",)
    button = "Count again"

    def shown(self, page: Page) -> None:
        expect(page.locator(".bars .point path")).to_have_count(4)
        expect(page.get_by_text("Who came?", exact=True)).to_be_visible()

    def look(self, page: Page) -> Any:
        return page.locator(".bars .point path").evaluate_all(
            "bars => bars.map(bar => bar.getAttribute('d'))"
        )

    def move(self, page: Page) -> None:
        # plotly looks for what is under the pointer when it moves. That it leaves is told by the
        # same trait as the click, which must not get lost.
        box = page.locator(".bars .point path").first.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x - 5, y)
        page.mouse.move(x, y, steps=3)
        expect(page.locator(".hoverlayer .hovertext").first).to_be_visible()
        page.mouse.click(x, y)
        page.mouse.move(0, 0)


class TestFigureWidget6(TestFigureWidget):
    title = "plotly 6 FigureWidget"
    environment = "jupyterlab"


class TestFigureWidget5(TestFigureWidget):
    title = "plotly 5 FigureWidget"
    packages = ("plotly",)
    environment = "older"
    labextensions = ("jupyterlab-plotly",)
    nbextensions = ("jupyterlab-plotly",)


class TestOutput(Library):
    page = "28_plotly_output.py"
    title = "plotly in an Output"
    packages = ("plotly",)
    labextensions = ("jupyterlab-plotly",)
    button = "Change the colour"
    notes = "without its labextension, plotly's own script draws"

    def shown(self, page: Page) -> None:
        expect(page.locator(".scatterlayer path.js-line")).to_have_count(1)

    def look(self, page: Page) -> Any:
        return page.locator(".scatterlayer path.js-line").evaluate_all(
            "lines => lines.map(line => line.style.stroke)"
        )

    def move(self, page: Page) -> None:
        page.get_by_role("slider").press("ArrowRight")

    def test_amd(self, server: AppServer, visits: Visits, record_property: Record) -> None:
        """Without any extension, plotly's own script draws."""
        if type(self) is not TestOutput:
            pytest.skip("the same code draws another version's script")
        self._begin(visits, record_property)
        page = visits.open(server.url, prepare=hide_labextensions)
        self._show(page)
        assert fetched(page) == {"labextensions": set(), "nbextensions": set()}
        assert page.locator("script[src*='/companions/']").count() == 1
        self._try(page)


class TestOutput6(TestOutput):
    title = "plotly 6 in an Output"
    environment = "jupyterlab"


class TestOutput5(TestOutput):
    title = "plotly 5 in an Output"
    environment = "older"
