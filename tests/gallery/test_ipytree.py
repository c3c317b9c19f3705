from typing import Any

from playwright.sync_api import Page, expect

from tests.gallery.library import Library, said, text_of


class TestIpyTree(Library):
    page = "15_ipytree.py"
    title = "ipytree"
    packages = ("ipytree",)
    labextensions = ("ipytree",)
    nbextensions = ("ipytree",)
    button = "Plant a larch"

    def shown(self, page: Page) -> None:
        expect(page.locator(".jstree-node")).to_contain_text(
            ["Broadleaved", "Oak", "Birch", "Conifers"]
        )
        expect(page.locator(".jstree-icon.fa-leaf").first).to_be_visible()

    def look(self, page: Page) -> Any:
        return page.locator(".jstree-anchor").all_inner_texts()

    def move(self, page: Page) -> None:
        name = "Birch" if "Oak" in text_of(said(page)) else "Oak"
        page.locator(".jstree-anchor", has_text=name).click()
