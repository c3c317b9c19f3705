"""Pages that the server writes itself: a missing page, a page that failed, a list of apps."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import Any

from sundog.app.page_info import Link
from sundog.app.site.links import relative
from sundog.protocol import Address


def notice(title: str, text: str, more: str = "") -> dict[str, Any]:
    """Return an output with a heading and a text; `more` is HTML."""
    markup = f"<h1>{html.escape(title)}</h1><p>{html.escape(text)}</p>{more}"
    return {
        "output_type": "display_data",
        "data": {"text/html": markup, "text/plain": f"{title}: {text}"},
        "metadata": {},
    }


def missing(place: Address, links: Sequence[Link]) -> dict[str, Any]:
    """Return an output that says that an address has no page, and lists the pages."""
    title = "Page not found"
    if not links:
        return notice(title, "This app has no page at this address.")
    base = place.parts if place.path.endswith("/") else place.parts[:-1]
    entries = [(relative(base, Address.parse(link.href).parts), link) for link in flat(links)]
    return notice(title, "The app has these pages:", _list(entries))


def list_of_apps(links: Sequence[Link]) -> dict[str, Any]:
    """Return an output that lists the apps of a server, for its first page."""
    return notice(
        "Apps", "This server has these apps:", _list([("." + link.href, link) for link in links])
    )


def _list(entries: Sequence[tuple[str, Link]]) -> str:
    items = (
        f'<li><a href="{html.escape(href)}">{html.escape(link.title)}</a></li>'
        for href, link in entries
    )
    return f"<ul>{''.join(items)}</ul>"


def flat(links: Iterable[Link]) -> Iterable[Link]:
    """Yield all links, without the folders that they are in."""
    for link in links:
        if link.below:
            yield from flat(link.below)
        else:
            yield link
