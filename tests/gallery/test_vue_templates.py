import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.gallery.library import Library


class VueTemplates(Library):
    """The same file in Vue 2 and Vue 3."""

    page = "12_vue_templates.py"
    packages = ("ipyvue",)
    labextensions = ("jupyter-vue",)
    nbextensions = ("jupyter-vue",)
    button = "Add a task"

    def shown(self, page: Page) -> None:
        expect(page.get_by_text(re.compile(r"\d of \d to do"))).to_be_visible()
        # A style of the file.
        done = page.locator("label:has(:checked) span").first
        expect(done).to_have_css("text-decoration-line", "line-through")

    def look(self, page: Page) -> Any:
        return page.get_by_role("checkbox").count()

    def move(self, page: Page) -> None:
        page.get_by_role("checkbox").last.click()


class TestVue3(VueTemplates):
    title = "ipyvue templates (Vue 3)"


class TestVue2(VueTemplates):
    title = "ipyvue templates (Vue 2)"
    environment = "older"
