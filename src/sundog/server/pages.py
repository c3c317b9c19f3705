"""Renders the page of an app, as the settings have it."""

from __future__ import annotations

import html
import json

from sundog.config import Settings
from sundog.web.endpoints import PageRequest


class PlainRenderer:
    """Renders a page that holds its configuration and nothing else."""

    inline_scripts: tuple[str, ...] = ()

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def render(self, request: PageRequest, title: str) -> bytes:
        """Return the page."""
        config = {
            "kernel": request.kernel_id,
            "page": request.page_id,
            "root": request.root,
            "mode": self._settings.mode.value,
            "theme": self._settings.theme_variant.value,
            "extensions": f"{request.root}/_sundog/extensions.json",
        }
        # Inside a script element only "<" can end it.
        text = json.dumps(config).replace("<", "\\u003c")
        return (
            f'<!doctype html><html lang="en"><head><title>{html.escape(title)}</title></head><body>'
            f'<script id="sundog-config" type="application/json">{text}</script></body></html>'
        ).encode()
