"""What each page of a site shows, kept while another one is to be seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sundog.output.page_area import PageArea
from sundog.protocol.message import Outgoing

Item = dict[str, Any]
Append = Callable[[Item], None]


class PageBuffer(PageArea):
    """The output area of one page: goes on taking items while it is hidden."""

    def __init__(self) -> None:
        super().__init__(lambda message: None)
        # Under the lock: where the items go while it is shown.
        self._target: Append | None = None

    def show(self, frame: Frame) -> None:
        """Show all that it holds in a frame, and from now on what is new."""
        with self._lock:
            frame.hold(self, self._items)
            self._target = frame.append

    def hide(self) -> None:
        """Be seen no more."""
        with self._lock:
            self._target = None

    def update(self, display_id: str, data: Item, metadata: Item) -> None:
        """Change what was displayed under an id; the pages are told elsewhere."""
        with self._lock:
            for index, item in enumerate(self._items):
                if item.get("transient", {}).get("display_id") == display_id:
                    self._items[index] = {**item, "data": data, "metadata": metadata}

    def _tell(self, item: Item, message: Outgoing) -> None:
        if self._target is not None:
            self._target(item)


class Frame:
    """A place on the page that holds one thing at a time."""

    def __init__(self, append: Append) -> None:
        self.append = append
        self._held: object = None

    def hold(self, thing: object, items: Sequence[Item]) -> None:
        """Show a thing by its items, in the place of what is there."""
        if self._held is thing:
            return
        if self._held is not None:
            self.append({"output_type": "clear_output", "wait": False})
        self._held = thing
        for item in items:
            self.append(item)
