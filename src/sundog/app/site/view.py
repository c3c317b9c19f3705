"""One kernel's view of a site: the page that it shows, and those that run unseen."""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ipywidgets import Output, Widget

from sundog.app.page_info import Link
from sundog.app.program import REOPEN, RunningPage
from sundog.app.running.run import Finished, finish
from sundog.app.site.links import href
from sundog.app.site.page_buffers import Frame, PageBuffer
from sundog.app.site.pages import Pages, SitePage
from sundog.app.site.system_pages import missing, notice
from sundog.hooks.ipython.display import view_item
from sundog.hooks.widgets.output_widget import area_of
from sundog.kernel import VirtualKernel
from sundog.output import Item
from sundog.protocol import Address, encode_message
from sundog.scope import PageOutput, Scope, scoped

if TYPE_CHECKING:
    from sundog.app.site.layout import LayoutScript
    from sundog.app.site.tree import Folder, Parts

# How many visits to pages with arguments are kept as they were left.
MAX_KEPT: Final = 20


@dataclass(slots=True, eq=False)
class Visit:
    """A page that the kernel has been to, with one set of arguments.

    Attributes:
        widgets: Those that are closed when the visit is dropped.
    """

    page: SitePage | None
    title: str
    buffer: PageBuffer
    scope: Scope
    widgets: list[Widget] = field(default_factory=list)


class ShownPage:
    """The page that is shown now, in which layouts display their output."""

    def __init__(self, view: SiteView) -> None:
        self._view = view

    @property
    def is_empty(self) -> bool:
        """Whether that page shows nothing."""
        return self._view.shown_area.is_empty

    def append(self, item: Item) -> None:
        """Show one item on that page."""
        self._view.shown_area.append(item)


@dataclass(slots=True, eq=False)
class _Wrapped:
    """A layout of one kernel: the output that shows it, its variables, and a frame for the page."""

    item: Item
    namespace: dict[str, Any]
    frame: Frame


class SiteView:
    """Follows the kernel's location. Everything happens on the kernel's logical thread.

    Args:
        kernel: The kernel whose pages see it.
        pages: The pages of the site.
        layouts: What is around the pages of a folder.
        links_if_missing: The pages to name where an address has none.
    """

    def __init__(
        self,
        kernel: VirtualKernel,
        pages: Pages,
        layouts: Mapping[Folder, LayoutScript],
        *,
        links_if_missing: Sequence[Link],
    ) -> None:
        self._kernel = kernel
        self._pages = pages
        self._scripts = layouts
        self._links_if_missing = links_if_missing
        self._root = Frame(kernel.page_area.append)
        self._layouts: dict[Folder, _Wrapped | None] = {}
        self._visits: OrderedDict[tuple[SitePage | None, Parts], Visit] = OrderedDict()
        self._namespaces: dict[SitePage, dict[str, Any]] = {}
        self._current: Visit | None = None

    @property
    def shown_area(self) -> PageOutput:
        """The output area of the page that is shown now."""
        return self._kernel.page_area if self._current is None else self._current.buffer

    def open(self) -> None:
        """Show the page at the kernel's location, now and whenever that changes.

        The pages that the kernel is to reopen run before it, one after the other.
        """
        self._reopen(iter(self._kernel.peek(REOPEN) or ()))

    def _reopen(self, hrefs: Iterator[str]) -> None:
        for each in hrefs:
            found = self._pages.find(Address.parse(each).parts)
            if found is not None:
                self._visit(*found, functools.partial(self._reopened, found, hrefs))
                return
        location = self._kernel.location
        location.observe(self.go)
        self.go(location.place)

    def _reopened(
        self, key: tuple[SitePage, Parts], hrefs: Iterator[str], error: BaseException | None
    ) -> None:
        if error is not None:
            # No user sees this page now. It runs again when it is opened.
            self._namespaces.pop(key[0], None)
            self._visits.pop(key, None)
        with scoped(self._kernel.scope):
            self._reopen(hrefs)

    def running_pages(self) -> Mapping[str, RunningPage]:
        """Return the pages that the kernel has been to, and the layouts. Thread-safe."""
        layouts = {
            f"layout of /{'/'.join(folder.parts)}": RunningPage((each.item,), each.namespace)
            for folder, each in tuple(self._layouts.items())
            if each is not None
        }
        visits = {
            href((*page.file.parts, *rest)): RunningPage(
                tuple(visit.buffer.items), visit.scope.namespace
            )
            for (page, rest), visit in tuple(self._visits.items())
            if page is not None
        }
        return layouts | visits

    def go(self, place: Address) -> None:
        """Show the page at an address."""
        found = self._pages.find(place.parts)
        if found is None:
            self._show_missing(place)
            return
        page, rest = found
        self._canonicalise(place, page, rest)
        visit = self._visits.get((page, rest))
        if visit is not None:
            self._visits.move_to_end((page, rest))
            if visit is not self._current:
                self._show(visit)
            return
        self._visit(page, rest)
        self._drop_surplus()

    def _visit(self, page: SitePage, rest: Parts, finished: Finished | None = None) -> None:
        """Show a page that the kernel has not been to, and run it."""
        known = page in self._namespaces
        visit = self._visits[page, rest] = self._make_visit(page)
        self._show(visit)
        self._run(page, rest, visit, finished or functools.partial(self._finished, visit), known)

    def _make_visit(self, page: SitePage) -> Visit:
        namespace = self._namespaces.get(page)
        if namespace is None:
            namespace = self._namespaces[page] = {}
            self._kernel.namespaces.append(namespace)
        buffer = PageBuffer(self._kernel.output)
        return Visit(page, page.title, buffer, Scope(self._kernel, buffer, namespace))

    # Running -----------------------------------------------------------------------------------

    def _run(
        self, page: SitePage, rest: Parts, visit: Visit, finished: Finished, known: bool
    ) -> None:
        if page.runner is None:
            finished(page.failure)
            return
        widgets = self._kernel.widgets
        before = set(widgets) if rest else set()
        if known:
            with scoped(visit.scope):
                page.runner.call_page(self._kernel, visit.scope.namespace, rest, finished)
            visit.widgets = [widgets[key] for key in widgets if key not in before]
        else:
            with scoped(visit.scope):
                page.runner.run(self._kernel, rest, finished)

    def _finished(self, visit: Visit, error: BaseException | None) -> None:
        if error is not None and visit.buffer.is_empty:
            # The error itself is reported next to the page, as far as the mode allows.
            visit.buffer.append(notice(visit.title, "This page failed and can't be shown."))
        finish(self._kernel, error)

    def _drop_surplus(self) -> None:
        """Drop the pages with arguments that were seen longest ago."""
        keys = [key for key in self._visits if key[1]]
        for key in keys[: max(0, len(keys) - MAX_KEPT)]:
            for widget in self._visits.pop(key).widgets:
                widget.close()

    # Showing -----------------------------------------------------------------------------------

    def _show(self, visit: Visit) -> None:
        kernel = self._kernel
        leaving = self._current
        if leaving is not None:
            leaving.buffer.hide()
            leaving.title = kernel.location.title or leaving.title
        self._current = visit
        kernel.location.set_title(visit.title)
        visit.buffer.show(self._frame_of(visit.page))

    def _frame_of(self, page: SitePage | None) -> Frame:
        frame = self._root
        for folder in page.file.folders if page is not None else ():
            layout = self._scripts.get(folder)
            if layout is None:
                continue
            if folder not in self._layouts:
                self._layouts[folder] = self._wrapped(layout)
            wrapped = self._layouts[folder]
            if wrapped is not None:
                frame.hold(wrapped, [wrapped.item])
                frame = wrapped.frame
        return frame

    def _wrapped(self, layout: LayoutScript) -> _Wrapped | None:
        """Return a layout for this kernel, or None if it fails, which is reported."""
        kernel = self._kernel
        namespace: dict[str, Any] = {}
        kernel.namespaces.append(namespace)
        try:
            with scoped(Scope(kernel, ShownPage(self), namespace)):
                layout.execute(namespace)
                slot = Output()
                widget = layout.wrap(namespace, slot)
        except Exception as error:  # noqa: BLE001 - the boundary between the app and the server
            kernel.report_error(error.__cause__ or error, "the layout")
            return None
        area = area_of(slot)
        return None if area is None else _Wrapped(view_item(widget), namespace, Frame(area.append))

    def _show_missing(self, place: Address) -> None:
        visit = self._visits.get((None, ()))
        if visit is None:
            buffer = PageBuffer(self._kernel.output)
            scope = Scope(self._kernel, buffer, {})
            visit = self._visits[None, ()] = Visit(None, "Page not found", buffer, scope)
        visit.buffer.append({"output_type": "clear_output", "wait": False})
        visit.buffer.append(missing(place, self._links_if_missing))
        if visit is not self._current:
            self._show(visit)
        self._kernel.publish(encode_message("ready"))

    def _canonicalise(self, place: Address, page: SitePage, rest: Parts) -> None:
        """Give a page one address, so that its relative links work."""
        wanted = href((*page.file.parts, *rest))
        if place.path != wanted and place.path.endswith("/"):
            self._kernel.location.navigate(wanted + place.search + place.hash, replace=True)
