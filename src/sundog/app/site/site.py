"""Apps of several pages: the files of a folder, or the modules of a package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sundog.app.page_info import Link, PageInfo
from sundog.app.running.runner import Runner
from sundog.app.site.layout import LayoutScript
from sundog.app.site.links import href
from sundog.app.site.tree import Folder, PageFile, Parts
from sundog.app.site.view import SiteView
from sundog.errors import AppError
from sundog.kernel.kernel import VirtualKernel
from sundog.protocol.address import Address


@dataclass(slots=True, eq=False)
class SitePage:
    """A page: its file, and what runs it, or why it can't be run."""

    file: PageFile
    title: str
    runner: Runner | None
    failure: AppError | None = None
    # Not, where a script turns out to have nothing to show.
    is_one: bool = True

    @property
    def href(self) -> str:
        """The page's place."""
        return href(self.file.parts)

    def fits(self, rest: Sequence[str]) -> bool:
        """Whether the parts of an address after the page's own can be its arguments."""
        return not rest if self.runner is None else self.runner.fits(rest)


class Site:
    """Pages that have run once, and can be shown to kernels."""

    def __init__(
        self,
        folder: Folder,
        pages: Sequence[SitePage],
        layouts: Mapping[Folder, LayoutScript],
        *,
        name: str,
        development: bool,
        has_menu: bool = True,
    ) -> None:
        self.name = name
        self.path: Path | None = folder.path
        self.development = development
        self.layouts = layouts
        self._folder = folder
        self._pages = {page.file.parts: page for page in pages}
        self._by_file = {page.file: page for page in pages}
        self._has_menu = has_menu and len(pages) > 1

    @property
    def namespaces(self) -> Mapping[str, Mapping[str, Any]]:
        """What the first runs of the pages have left, by what was run."""
        runners = [page.runner for page in self._pages.values() if page.runner is not None]
        return {runner.app.spec: runner.first_namespace for runner in runners}

    def find(self, parts: Parts) -> tuple[SitePage, Parts] | None:
        """Return the page at a place, and the parts of the place that are its arguments."""
        if any(part in (".", "..") or "\0" in part for part in parts):
            return None
        for end in range(len(parts), -1, -1):
            page = self._pages.get(parts[:end])
            if page is not None and page.fits(parts[end:]):
                return page, parts[end:]
        return None

    def has_page(self, place: Address) -> bool:
        """Whether there is a page at a place."""
        return self.find(place.parts) is not None

    def page_info(self, place: Address | None) -> PageInfo:
        """Return the title of the page at a place, and the menu as it is there, or elsewhere."""
        found = None if place is None else self.find(place.parts)
        title = self.name if found is None else found[0].title
        return PageInfo(title, self._links(found[0] if found else None) if self._has_menu else ())

    @property
    def links(self) -> tuple[Link, ...]:
        """All pages that can be opened without arguments, in order."""
        return self._links(None)

    def run(self, kernel: VirtualKernel) -> None:
        """Show the page at the kernel's place, and follow it from there."""
        SiteView(self, kernel).open()

    def _links(self, current: SitePage | None) -> tuple[Link, ...]:
        return tuple(_links_of(self._folder, self._by_file, current))


def _links_of(
    folder: Folder, pages: Mapping[PageFile, SitePage], current: SitePage | None
) -> list[Link]:
    links = []
    for entry in folder.entries:
        if isinstance(entry, Folder):
            below = _links_of(entry, pages, current)
            if below:
                is_current = any(link.is_current for link in below)
                links.append(Link(entry.title, below[0].href, is_current, tuple(below)))
        elif (page := pages.get(entry)) is not None and page.fits(()):
            links.append(Link(page.title, page.href, page is current))
    return links
