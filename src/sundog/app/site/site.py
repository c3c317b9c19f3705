"""Apps of several pages: the files of a folder, or the modules of a package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sundog.app.page_info import PageInfo
from sundog.app.program import RunningPage
from sundog.app.site.layout import LayoutScript
from sundog.app.site.pages import Pages
from sundog.app.site.tree import Folder
from sundog.app.site.view import SiteView
from sundog.kernel import VirtualKernel
from sundog.protocol import Address


class Site:
    """Pages that have run once, and can be shown to kernels.

    Args:
        pages: The pages, which are in one folder.
        layouts: What is around the pages of a folder.
        name: The title of pages that have none of their own.
        development: Whether a page that is missing says which ones there are.
        has_menu: Whether there is a menu of the pages, if there are several.
    """

    def __init__(
        self,
        pages: Pages,
        layouts: Mapping[Folder, LayoutScript],
        *,
        name: str,
        development: bool,
        has_menu: bool = True,
    ) -> None:
        self.name = name
        self.paths = (pages.folder.path,)
        self._pages = pages
        self._layouts = layouts
        self._development = development
        self._has_menu = has_menu and len(pages) > 1

    @property
    def namespaces(self) -> Mapping[str, Mapping[str, Any]]:
        """The variables that the dry runs of the pages have left, by file."""
        return {runner.app.spec: runner.dry_run_namespace for runner in self._pages.runners}

    @property
    def has_ended(self) -> bool:
        """Whether the dry runs of all pages have come to their ends."""
        return all(runner.has_ended for runner in self._pages.runners)

    def has_page(self, place: Address) -> bool:
        """Whether there is a page at an address."""
        return self._pages.find(place.parts) is not None

    def page_info(self, place: Address | None) -> PageInfo:
        """Return the title of the page at an address, and the menu as it is there."""
        found = None if place is None else self._pages.find(place.parts)
        title = self.name if found is None else found[0].title
        current = found[0] if found else None
        return PageInfo(title, self._pages.links(current) if self._has_menu else ())

    def run(self, kernel: VirtualKernel) -> None:
        """Show the page at the kernel's location, and follow the location from there."""
        links = self._pages.links() if self._development else ()
        view = SiteView(kernel, self._pages, self._layouts, links_if_missing=links)
        kernel.local(SiteView, lambda: view)
        view.open()

    def running_pages(self, kernel: VirtualKernel) -> Mapping[str, RunningPage]:
        """Return the pages that the kernel has been to."""
        view: SiteView | None = kernel.peek(SiteView)
        return {} if view is None else view.running_pages()
