"""The page itself as an output area: what was displayed outside of any Output widget."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

MAX_ITEMS = 1000


class PageArea:
    """Keeps what the page shows, for pages that come later, and publishes what is new.

    At most `MAX_ITEMS` items are kept; the oldest go first.
    """

    def __init__(self, publish: Callable[[str, dict[str, Any]], None]) -> None:
        self._publish = publish
        self._lock = threading.Lock()
        # The lock guards the items.
        self._items: list[dict[str, Any]] = []
        self._clear_before_next = False

    @property
    def items(self) -> list[dict[str, Any]]:
        """What the page shows now, oldest first."""
        with self._lock:
            return list(self._items)

    def append(self, item: dict[str, Any]) -> None:
        """Take one item, as `sundog.kernel.context.OutputArea` says."""
        with self._lock:
            self._keep(item)
        self._publish("", item)

    def _keep(self, item: dict[str, Any]) -> None:
        kind = item["output_type"]
        if kind == "clear_output":
            self._clear_before_next = bool(item.get("wait"))
            if not self._clear_before_next:
                self._items.clear()
            return
        if kind == "update_display_data":
            display_id = item["transient"]["display_id"]
            for index, kept in enumerate(self._items):
                if kept.get("transient", {}).get("display_id") == display_id:
                    self._items[index] = {**kept, "data": item["data"]}
            return
        if self._clear_before_next:
            self._clear_before_next = False
            self._items.clear()
        previous = self._items[-1] if self._items else None
        if (
            kind == "stream"
            and previous is not None
            and previous["output_type"] == "stream"
            and previous["name"] == item["name"]
        ):
            self._items[-1] = {**previous, "text": previous["text"] + item["text"]}
            return
        self._items.append(item)
        del self._items[:-MAX_ITEMS]

    def clear(self) -> None:
        """Forget everything, without telling the pages."""
        with self._lock:
            self._items.clear()
