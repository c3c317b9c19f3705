"""The menu of an app's pages: as HTML, and as data for open pages."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from sundog.app import Link


def render_menu(links: Sequence[Link], root: str) -> str:
    """Return the menu, or an empty string without links. `root` is the server's root path.

    The open page is marked with ``aria-current``, as the ARIA authoring practices recommend.
    """
    if not links:
        return ""
    return f'<nav id="sundog-menu" aria-label="Pages">{_list(links, root)}</nav>\n'


def menu_entries(links: Sequence[Link]) -> list[dict[str, Any]]:
    """Return the menu as data for a page that renders it; addresses are below the root path."""
    return [
        {"title": link.title, "href": link.href, "below": menu_entries(link.below)}
        for link in links
    ]


def _list(links: Sequence[Link], root: str) -> str:
    return f"<ul>{''.join(_entry(link, root) for link in links)}</ul>"


def _entry(link: Link, root: str) -> str:
    current = ""
    if link.is_current:
        current = ' aria-current="true"' if link.below else ' aria-current="page"'
    address = html.escape(root + link.href)
    below = _list(link.below, root) if len(link.below) > 1 else ""
    return f'<li><a href="{address}"{current}>{html.escape(link.title)}</a>{below}</li>'
