"""All output of one kernel: its page, its other output areas, and its large displays."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Final
from weakref import WeakSet

from sundog.output.area import Area
from sundog.output.barrier import OutputBarrier
from sundog.output.items import Append, Item, display_id
from sundog.output.large_displays import LargeDisplays
from sundog.output.questions import Questions
from sundog.protocol import Outgoing, encode_message

DISPLAY_BYTES: Final = 256 << 20


class KernelOutput:
    """The output areas of one kernel.

    Args:
        publish: Sends a message to all pages of the kernel.
        submit: Runs a function on the kernel's logical thread; raises `KernelClosedError`.
        display_bytes: The maximum bytes of all large displays together.
        open_widget: Called without locks with the model id of a widget that is about to be shown.
    """

    def __init__(
        self,
        publish: Callable[[Outgoing], None],
        submit: Callable[[Callable[[], object]], None],
        display_bytes: int = DISPLAY_BYTES,
        open_widget: Callable[[str], None] = lambda model_id: None,
    ) -> None:
        self._publish = publish
        self.submit = submit
        self.open_widget = open_widget
        self.barrier = OutputBarrier()
        self.large_displays = LargeDisplays(display_bytes)
        self.questions = Questions()
        # Areas that are still referenced.
        self._areas: WeakSet[Area] = WeakSet()
        # Output outside of any Output widget. Cells and sites hold text back before it comes here.
        self.page = Area(self, self.publisher(""), hold_text=False)

    def publisher(self, area_id: str) -> Append:
        """Return a function that publishes items for an area: a model id, or "" for the page."""
        return functools.partial(_publish, self._publish, area_id)

    def register(self, area: Area) -> None:
        """Let `update_display` change an area's displays, while the area is referenced."""
        self._areas.add(area)

    def update_display(self, item: Item) -> None:
        """Change everything displayed under an id, in all areas and in the pages."""
        self.barrier.wait()
        changed_id = display_id(item)
        if changed_id is None:
            return
        item = self.large_displays.by_reference(item)
        # The pages search all areas too.
        self.publisher("")(item)
        for area in self._snapshot():
            area.update(changed_id, item["data"], item.get("metadata", {}))

    def flush(self) -> None:
        """Publish all text that is held back."""
        for area in self._snapshot():
            area.flush()

    def clear(self) -> None:
        """Remove everything, at the kernel's end."""
        self.page.clear()
        self.large_displays.clear()

    def _snapshot(self) -> Iterable[Area]:
        return list(self._areas)


def _publish(publish: Callable[[Outgoing], None], area_id: str, item: Item) -> None:
    publish(encode_message("output", area_id, item))
