"""The page itself as an output area: what was displayed outside of any Output widget."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from sundog.output.barrier import OutputBarrier
from sundog.protocol.codec import encode_message
from sundog.protocol.message import Outgoing

MAX_ITEMS = 1000
MAX_BYTES = 16 << 20
MAX_STREAM_CHARACTERS = 1 << 16


class PageArea:
    """Keeps what the page shows, for pages that come later, and publishes what is new.

    At most `MAX_ITEMS` items of `MAX_BYTES` together are kept; the oldest go first.
    """

    def __init__(
        self, publish: Callable[[Outgoing], None], output_barrier: OutputBarrier | None = None
    ) -> None:
        self._publish = publish
        self._output_barrier = output_barrier or OutputBarrier()
        # The lock guards what follows, and that an item is kept exactly if it has been published.
        # It is re-entrant because a finalizer that prints may run under it.
        self._lock = threading.RLock()
        self._items: list[dict[str, Any]] = []
        self._sizes: list[int] = []
        self._clear_before_next = False

    @property
    def items(self) -> list[dict[str, Any]]:
        """What the page shows now, oldest first."""
        with self._lock:
            return list(self._items)

    def append(self, item: dict[str, Any]) -> None:
        """Take one item, as `sundog.scope.OutputArea` says."""
        message = encode_message("output", "", item)
        self._output_barrier.wait()
        with self._lock:
            self._keep(item, message.size)
            self._tell(item, message)

    def _tell(self, item: dict[str, Any], message: Outgoing) -> None:
        """Tell the pages of an item. Called under the lock."""
        self._publish(message)

    def _keep(self, item: dict[str, Any], size: int) -> None:
        kind = item["output_type"]
        if kind == "clear_output":
            self._clear_before_next = bool(item.get("wait"))
            if not self._clear_before_next:
                self._clear()
            return
        if kind == "update_display_data":
            self._update(item, size)
            return
        if self._clear_before_next:
            self._clear_before_next = False
            self._clear()
        if kind != "stream" or not self._continue_stream(item):
            self._items.append(item)
            self._sizes.append(size)
        self._drop_oldest()

    def _update(self, item: dict[str, Any], size: int) -> None:
        display_id = item["transient"]["display_id"]
        for index, kept in enumerate(self._items):
            if kept.get("transient", {}).get("display_id") == display_id:
                changed = {"data": item["data"], "metadata": item.get("metadata", {})}
                self._items[index] = {**kept, **changed}
                self._sizes[index] = size
        self._drop_oldest()

    def _continue_stream(self, item: dict[str, Any]) -> bool:
        previous = self._items[-1] if self._items else {}
        if (
            previous.get("output_type") != "stream"
            or previous["name"] != item["name"]
            or len(previous["text"]) > MAX_STREAM_CHARACTERS
        ):
            return False
        self._items[-1] = {**previous, "text": previous["text"] + item["text"]}
        self._sizes[-1] += len(item["text"])
        return True

    def _drop_oldest(self) -> None:
        surplus = max(0, len(self._items) - MAX_ITEMS)
        total = sum(self._sizes[surplus:])
        # The newest item is shown however large it is.
        while total > MAX_BYTES and surplus < len(self._items) - 1:
            total -= self._sizes[surplus]
            surplus += 1
        del self._items[:surplus], self._sizes[:surplus]

    def clear(self) -> None:
        """Forget everything, without telling the pages."""
        with self._lock:
            self._clear()

    def _clear(self) -> None:
        self._items.clear()
        self._sizes.clear()
