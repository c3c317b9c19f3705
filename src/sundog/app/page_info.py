"""The title of a page and the menu of all pages, before a page runs for a browser."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the menu: a page, or the first of several pages.

    Attributes:
        title: What the menu shows.
        href: The page's address.
        is_current: Whether the page, or one below it, is open.
        below: The pages below it.
    """

    title: str
    href: str
    is_current: bool = False
    below: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class PageInfo:
    """The title of a page and the menu of all pages.

    Attributes:
        title: The page's title.
        links: The menu; empty if there is none.
        mount: The path of the page's app, if it is one of several.
    """

    title: str
    links: tuple[Link, ...] = ()
    mount: str = ""
