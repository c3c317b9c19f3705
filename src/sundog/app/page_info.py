"""What is known of an app's pages before any of them runs for a browser."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the menu: a page, or the first of several, which stand below it.

    `href` is the page's place. `is_current` says that the page, or one below, is open.
    """

    title: str
    href: str
    is_current: bool = False
    below: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class PageInfo:
    """A page's title, and the menu of all pages; no links where there is no menu to show.

    `mount` is the path that the page's app is under, where it is one of several.
    """

    title: str
    links: tuple[Link, ...] = ()
    mount: str = ""
