from typing import Any

from playwright.sync_api import Page

from tests.gallery.library import Library


class TestIpyWebrtc(Library):
    page = "62_ipywebrtc.py"
    title = "ipywebrtc"
    packages = ("ipywebrtc",)
    labextensions = ("jupyter-webrtc",)
    nbextensions = ("jupyter-webrtc",)
    button = "Frame"

    def shown(self, page: Page) -> None:
        page.wait_for_function("document.querySelector('video')?.videoWidth > 0")

    def look(self, page: Page) -> Any:
        frame = page.locator(".jupyter-widgets:has(> video)").first
        return frame.evaluate("frame => getComputedStyle(frame).borderTopWidth")

    def move(self, page: Page) -> None:
        page.locator("button:has(.fa-camera)").click()
