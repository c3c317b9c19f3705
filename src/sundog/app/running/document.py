"""The page of an app that runs: sections, one for each cell that has something to show.

The page itself is one list of outputs. A section normally adds to its end. Where a cell clears its
output, or adds to it after later cells have shown theirs, the section becomes an `Output` widget in
its place, which can change by itself.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ipywidgets import Output

from sundog.hooks.ipython.display import view_item
from sundog.hooks.widgets.output_widget import area_of
from sundog.output import Area, Item, route
from sundog.scope import Scope, scoped

if TYPE_CHECKING:
    from sundog.kernel import VirtualKernel


class Document:
    """The sections of the page that a run shows, in order."""

    def __init__(self, kernel: VirtualKernel, scope: Scope, *, visible: bool) -> None:
        self.kernel = kernel
        self.scope = scope.home
        self.area = scope.page_area
        self.visible = visible
        self.lock = threading.RLock()
        # The lock guards the sections and what they hold.
        self._sections: list[Section] = []

    def section(self, *, hidden: bool = False) -> Section:
        """Begin the next section."""
        with self.lock:
            section = Section(self, hidden=hidden)
            self._sections.append(section)
            return section

    def hide(self) -> None:
        """Take everything off the page, and show no more of it."""
        with self.lock:
            self.visible = False
            self.area.append({"output_type": "clear_output", "wait": False})

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see."""
        with self.lock:
            return self.area.is_empty

    def is_last(self, section: Section) -> bool:
        """Whether no later section shows anything."""
        return not any(
            later.shows_something for later in self._sections[self._sections.index(section) + 1 :]
        )

    def redraw(self) -> None:
        """Publish the whole page again, because something in the middle of it has changed."""
        page = self.area
        page.append({"output_type": "clear_output", "wait": False})
        for section in self._sections:
            for item in section.shown():
                page.append(item)


class Section(Area):
    """The output area of one cell."""

    def __init__(self, document: Document, *, hidden: bool) -> None:
        super().__init__(document.kernel.output, document.area.append, lock=document.lock)
        self._document = document
        self._hidden = hidden
        self._output: Output | None = None

    @property
    def shows_something(self) -> bool:
        """Whether the section takes room on the page."""
        return self._output is not None or not self.is_empty

    def append(self, item: Item) -> None:
        """Add an item. Printed text also goes to the log."""
        document = self._document
        if item["output_type"] == "stream":
            with scoped(document.scope):
                route(item)
        if self._hidden or not document.visible:
            return
        with document.lock:
            if self._output is None and (
                item["output_type"] == "clear_output" or not document.is_last(self)
            ):
                self._become_output()
            if self._output is None:
                super().append(item)
                return
            area = area_of(self._output)
        if area is not None:
            area.append(item)

    def shown(self) -> list[Item]:
        """Return the page's items that show this section."""
        if self._output is None:
            return self.items
        return [view_item(self._output)]

    def _become_output(self) -> None:
        """Give the section a widget of its own, with what it shows already."""
        was_empty = not self.shows_something
        with scoped(self._document.scope):
            self._output = Output(outputs=self.items)
        if was_empty and self._document.is_last(self):
            for item in self.shown():
                self._document.area.append(item)
        else:
            self._document.redraw()
