"""Renders an app's pages according to the settings and the files next to the app."""

from __future__ import annotations

import html
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import quote

import sundog
from sundog.app import PageInfo
from sundog.config import Settings
from sundog.errors import StartupError
from sundog.solara.compat.finder import is_in_use, may_be_used
from sundog.web.page.bundle import MANIFEST, Bundle
from sundog.web.page.html import (
    PageConfig,
    inline_script_hashes,
    render_page,
    script_json,
)
from sundog.web.page.menu import render_menu
from sundog.web.page.request import PageRequest
from sundog.web.static import Extensions

logger = logging.getLogger(__name__)

BUNDLE: Final = Path(sundog.__file__).parent / "static"
# The number of widget libraries that a page preloads, of those that the app has shown so far.
MOST_PRELOADS: Final = 8
ASSETS: Final = "/static/assets/"

# Files that an app may have in its folder of assets. Of the icons, the first one is used.
STYLES: Final = ("style.css", "custom.css")
_SCRIPTS: Final = ("theme.js", "custom.js")
_ICONS: Final = ("favicon.svg", "favicon.png", "favicon.ico")

# A sun with a sundog on either side. Part of the page, so that it needs no request.
ICON: Final = "data:image/svg+xml," + quote(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><g fill="#f5a623">'
    '<circle cx="16" cy="16" r="7"/><circle cx="4" cy="16" r="3" opacity=".7"/>'
    '<circle cx="28" cy="16" r="3" opacity=".7"/></g></svg>',
    safe="/:='\" ",
)

_PLAIN: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><script id="sundog-config" type="application/json">{config}</script>
<main><h1>{title}</h1><p role="status">{text}</p></main></body></html>
"""


def bundle_for(development: bool) -> Bundle:
    """Return the front end that pages load: the readable one in development."""
    readable = BUNDLE / "debug"
    # A front end that was built before there were two of them works too.
    if development and (readable / MANIFEST).is_file():
        return Bundle(readable, "/_sundog/static/debug")
    return Bundle(BUNDLE)


class AssetAddresses(Protocol):
    """Finds the files in the app's folder of assets."""

    def __call__(self, root: str, *names: str) -> tuple[str, ...]:
        """Return the addresses of those files that exist."""
        ...


class PageRenderer:
    """Renders pages."""

    def __init__(
        self,
        settings: Settings,
        extensions: Extensions,
        assets: AssetAddresses,
        *,
        bundle: Bundle | None = None,
    ) -> None:
        self._settings = settings
        self._extensions = extensions
        self._assets = assets
        self._bundle = bundle or bundle_for(settings.development)
        self._lack = ""

    def check(self) -> None:
        """Log at once if there is no front end."""
        try:
            self._bundle.files()
        except StartupError as error:
            # Tests and benchmarks use the protocol without a front end.
            self._lack = str(error)
            logger.warning("pages will be empty: %s", error)

    @property
    def inline_scripts(self) -> Sequence[str]:
        """The hashes of the page's own inline scripts, in the syntax of a policy."""
        return inline_script_hashes()

    def render(
        self, request: PageRequest, page_info: PageInfo | None, widget_modules: Iterable[str] = ()
    ) -> bytes:
        """Return the page that an app outlines; it will most likely need these widget modules.

        There is no outline while the app starts.
        """
        solara = may_be_used() if page_info is None else is_in_use()
        config = self._config(request, page_info or PageInfo(""), widget_modules, solara)
        if self._lack:
            return _plain(config, self._lack)
        return render_page(config, self._bundle)

    def _config(
        self, request: PageRequest, page_info: PageInfo, widget_modules: Iterable[str], solara: bool
    ) -> PageConfig:
        root = request.root
        found = (self._extensions.address(root, module) for module in sorted(widget_modules))
        has_menu = self._settings.menu
        icons = self._assets(root, *_ICONS)
        return PageConfig(
            kernel=request.kernel_id,
            page=request.page_id,
            root=root,
            mode=self._settings.mode.value,
            title=self._settings.theme_title or page_info.title,
            menu=render_menu(page_info.links, root) if has_menu else "",
            extensions=f"{root}/_sundog/extensions.json?{self._extensions.digest}",
            preloads=tuple(address for address in found if address)[:MOST_PRELOADS],
            nonce=request.nonce,
            theme=self._settings.theme_variant.value,
            loader=self._settings.theme_loader.value,
            expired="restart" if self._settings.auto_restart else self._settings.expired_page.value,
            editor=self._settings.editor if self._settings.development else None,
            styles=self._assets(root, *STYLES),
            scripts=self._assets(root, *_SCRIPTS),
            icon=icons[0] if icons else ICON,
            solara=solara,
            widget=request.widget,
            token=request.token,
            mount=page_info.mount,
        )


def _plain(config: PageConfig, text: str) -> bytes:
    request_info = {
        name: getattr(config, name) for name in ("kernel", "page", "token", "root", "mode", "theme")
    }
    return _PLAIN.format(
        title=html.escape(config.title), config=script_json(request_info), text=html.escape(text)
    ).encode()
