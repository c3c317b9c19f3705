import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.gallery.library import Library, expect_painted, painted, said, text_of


class TestIpycanvas(Library):
    page = "60_ipycanvas.py"
    title = "ipycanvas"
    packages = ("ipycanvas",)
    labextensions = ("ipycanvas",)
    nbextensions = ("ipycanvas",)
    button = "Plant ten"

    def shown(self, page: Page) -> None:
        # The meadow; flowers have more colours.
        expect_painted(page.locator("canvas"), colors=1)
        corner = page.locator("canvas").evaluate(
            "canvas => [...canvas.getContext('2d').getImageData(1, 1, 1, 1).data]"
        )
        assert corner == [220, 252, 231, 255]

    def look(self, page: Page) -> Any:
        return painted(page.locator("canvas"))

    def change(self, page: Page) -> None:
        planted = int(re.findall(r"flower (\d+) ", text_of(said(page)))[0])
        super().change(page)
        # The last of them is on its way to the canvas, too.
        expect(said(page)).to_contain_text(f"flower {planted + 10} ")

    def move(self, page: Page) -> None:
        page.locator("canvas").click(position={"x": 200, "y": 100})
