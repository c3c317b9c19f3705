from typing import Any

from playwright.sync_api import Locator, Page

from tests.gallery.library import Library, expect_painted, painted

# Where Cytoscape has drawn the middle node: nodes are no elements.
MIDDLE = "frame => frame._cyreg.cy.nodes()[1].renderedPosition()"


class TestIpyCytoscape(Library):
    page = "54_ipycytoscape.py"
    title = "ipycytoscape"
    packages = ("ipycytoscape",)
    labextensions = ("jupyter-cytoscape",)
    nbextensions = ("jupyter-cytoscape",)
    button = "Other colour"

    def graph(self, page: Page) -> Locator:
        return page.locator(".__________cytoscape_container")

    def shown(self, page: Page) -> None:
        expect_painted(self.graph(page))

    def look(self, page: Page) -> Any:
        # An element under the pointer would look different.
        page.mouse.move(0, 0)
        return painted(self.graph(page))["hash"]

    def move(self, page: Page) -> None:
        graph = self.graph(page)
        graph.click(position=graph.evaluate(MIDDLE))
