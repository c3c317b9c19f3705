"""The pages of a site: by their addresses, and as a menu."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sundog.app.page_info import Link
from sundog.app.running.runner import Runner
from sundog.app.site.links import href
from sundog.app.site.tree import Folder, PageFile, Parts
from sundog.errors import AppError


@dataclass(slots=True, eq=False)
class SitePage:
    """A page of a site.

    Attributes:
        file: Where its code or text is.
        title: What the page is called.
        runner: Runs it; None if it can't be loaded.
        failure: Why it can't be run, or shows nothing.
        is_page: False for a script that turns out to have nothing to show.
    """

    file: PageFile
    title: str
    runner: Runner | None
    failure: AppError | None = None
    is_page: bool = True

    @property
    def href(self) -> str:
        """The page's address."""
        return href(self.file.parts)

    def fits(self, rest: Sequence[str]) -> bool:
        """Whether the parts of an address after the page's own can be its arguments."""
        return not rest if self.runner is None else self.runner.fits(rest)


class Pages:
    """The pages of one site.

    Args:
        folder: The files, in the order of the menu.
        pages: The pages that these files are.
    """

    def __init__(self, folder: Folder, pages: Sequence[SitePage]) -> None:
        self.folder = folder
        self._by_parts = {page.file.parts: page for page in pages}
        self._by_file = {page.file: page for page in pages}

    def __len__(self) -> int:
        """Return how many pages there are."""
        return len(self._by_file)

    @property
    def runners(self) -> list[Runner]:
        """What runs the pages that can be run."""
        return [page.runner for page in self._by_parts.values() if page.runner is not None]

    def find(self, parts: Parts) -> tuple[SitePage, Parts] | None:
        """Return the page at an address, and the parts of the address that are its arguments."""
        if any(part in (".", "..") or "\0" in part for part in parts):
            return None
        for end in range(len(parts), -1, -1):
            page = self._by_parts.get(parts[:end])
            if page is not None and page.fits(parts[end:]):
                return page, parts[end:]
        return None

    def links(self, current: SitePage | None = None) -> tuple[Link, ...]:
        """Return all pages that can be opened without arguments, in order."""
        return tuple(_links_of(self.folder, self._by_file, current))


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
