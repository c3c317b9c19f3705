"""The HTML page that the server sends, and its menu."""

from sundog.web.page.bundle import Bundle
from sundog.web.page.html import PageConfig, Theme, render_document, script_json
from sundog.web.page.menu import menu_entries, render_menu
from sundog.web.page.renderer import ASSETS, BUNDLE, PageRenderer
from sundog.web.page.request import PageRequest, Render

__all__ = [
    "ASSETS",
    "BUNDLE",
    "Bundle",
    "PageConfig",
    "PageRenderer",
    "PageRequest",
    "Render",
    "Theme",
    "menu_entries",
    "render_document",
    "render_menu",
    "script_json",
]
