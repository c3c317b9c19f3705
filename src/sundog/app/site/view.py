"""One kernel's view of a site: which page it shows, and those that live on unseen."""

from __future__ import annotations

import functools
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ipywidgets import Output, Widget

from sundog.app.running.run import finish
from sundog.app.site.links import href
from sundog.app.site.page_buffers import Frame, Item, PageBuffer
from sundog.app.site.system_pages import missing, notice
from sundog.hooks.ipython.display import view_item
from sundog.hooks.widgets.output_widget import area_of
from sundog.kernel.kernel import VirtualKernel
from sundog.output.areas import areas_of
from sundog.protocol.codec import encode_message
from sundog.scope import PageOutput, Scope, scoped

if TYPE_CHECKING:
    from sundog.app.site.layout import LayoutScript
    from sundog.app.site.site import Site, SitePage
    from sundog.app.site.tree import Folder, Parts
    from sundog.protocol.address import Address

# Of pages that are made from parts of their address, so many are kept as they were left.
MAX_KEPT: Final = 20


@dataclass(slots=True, eq=False)
class Visit:
    """A page that the kernel has been to, with one set of arguments."""

    page: SitePage | None
    title: str
    buffer: PageBuffer
    scope: Scope
    # Of a page with arguments: the widgets that go when it goes.
    widgets: list[Widget] = field(default_factory=list)


class ShownPage:
    """The page that is shown now: where a layout displays things, which has no page of its own."""

    def __init__(self, view: SiteView) -> None:
        self._view = view

    @property
    def items(self) -> list[Item]:
        """What that page shows."""
        return self._view.shown_area.items

    def append(self, item: Item) -> None:
        """Show one item on that page."""
        self._view.shown_area.append(item)


@dataclass(slots=True, eq=False)
class _Wrapped:
    """A layout of one kernel: its widget, and the frame for the page in it."""

    widget: Widget
    frame: Frame


class SiteView:
    """Follows the kernel's place. Everything happens on the kernel's logical thread."""

    def __init__(self, site: Site, kernel: VirtualKernel) -> None:
        self._site = site
        self._kernel = kernel
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
        """Show the page at the kernel's place, now and whenever that changes."""
        location = self._kernel.location
        location.observe(self.go)
        self.go(location.place)

    def go(self, place: Address) -> None:
        """Show the page at a place."""
        found = self._site.find(place.parts)
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
        known = page in self._namespaces
        visit = self._visits[page, rest] = self._make_visit(page)
        self._show(visit)
        self._run(page, rest, visit, known=known)
        self._drop_surplus()

    def _make_visit(self, page: SitePage) -> Visit:
        namespace = self._namespaces.get(page)
        if namespace is None:
            namespace = self._namespaces[page] = {}
            self._kernel.namespaces.append(namespace)
        buffer = PageBuffer()
        areas_of(self._kernel).add(buffer)  # type: ignore[arg-type]
        return Visit(page, page.title, buffer, Scope(self._kernel, buffer, namespace))

    # Running -----------------------------------------------------------------------------------

    def _run(self, page: SitePage, rest: Parts, visit: Visit, *, known: bool) -> None:
        finished = functools.partial(self._finished, visit)
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
        if error is not None and not visit.buffer.items:
            # The error itself is told beside the page, as far as it may be.
            visit.buffer.append(notice(visit.title, "This page can't be shown: it has failed."))
        finish(self._kernel, error)

    def _drop_surplus(self) -> None:
        """Let go of the pages made from arguments that were seen longest ago."""
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
            layout = self._site.layouts.get(folder)
            if layout is None:
                continue
            if folder not in self._layouts:
                self._layouts[folder] = self._wrapped(layout)
            wrapped = self._layouts[folder]
            if wrapped is not None:
                frame.hold(wrapped, [view_item(wrapped.widget)])
                frame = wrapped.frame
        return frame

    def _wrapped(self, layout: LayoutScript) -> _Wrapped | None:
        """Return a layout for this kernel; None where it fails, which is reported."""
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
        return None if area is None else _Wrapped(widget, Frame(area.append))

    def _show_missing(self, place: Address) -> None:
        visit = self._visits.get((None, ()))
        if visit is None:
            buffer = PageBuffer()
            scope = Scope(self._kernel, buffer, {})
            visit = self._visits[None, ()] = Visit(None, "There is no such page", buffer, scope)
        visit.buffer.append({"output_type": "clear_output", "wait": False})
        links = self._site.links if self._site.development else ()
        visit.buffer.append(missing(place, links))
        if visit is not self._current:
            self._show(visit)
        self._kernel.publish(encode_message("ready"))

    def _canonicalise(self, place: Address, page: SitePage, rest: Parts) -> None:
        """Give a page one address, on which the links in it may rely."""
        wanted = href((*page.file.parts, *rest))
        if place.path != wanted and place.path.endswith("/"):
            self._kernel.location.navigate(wanted + place.search + place.hash, replace=True)
