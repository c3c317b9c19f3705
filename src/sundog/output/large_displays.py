"""Large displays: kept once per kernel, and fetched by the pages over HTTP when they are shown.

An area holds a large display by reference. The messages of its kernel name it by the hash of its
content, and the page fetches the mime bundle from below the kernel's address
(``docs/protocol.md``, *Large displays*). So a page that is resynchronised gets the reference only,
and what it fetched before comes from the browser's cache.

Displays with scripts are not kept so: what is shown after them may need what they define, and what
is fetched comes later.
"""

from __future__ import annotations

import hashlib
import re
import threading
from typing import Any, Final
from weakref import WeakValueDictionary

from sundog.output.items import Item, is_view, note, size_of
from sundog.protocol import decode_json, encode_json

REFERENCE: Final = "application/vnd.sundog.reference+json"
# From this size on, in characters and bytes, a display is kept by reference.
LARGE: Final = 512 << 10
# In an area that holds so much already, from this size on.
CROWDED: Final = 8 << 20
LARGE_IF_CROWDED: Final = 32 << 10
# How many bytes of displays that are no longer shown are kept for pages that are about to fetch
# them, and at least how many displays.
RECENT_BYTES: Final = 16 << 20
MIN_RECENT: Final = 4
_HASH_LENGTH: Final = 32
JAVASCRIPT: Final = "application/javascript"
_SCRIPT: Final = re.compile("<script", re.IGNORECASE)


def _has_scripts(data: dict[str, Any]) -> bool:
    html = data.get("text/html", "")
    if isinstance(html, (list, tuple)):
        html = "".join(html)
    return JAVASCRIPT in data or _SCRIPT.search(html) is not None


class LargeDisplay:
    """The mime bundle of one display, as JSON; None when it was cut off."""

    __slots__ = ("__weakref__", "content", "size")

    def __init__(self, content: bytes) -> None:
        self.content: bytes | None = content
        self.size = len(content)


class ReferencedData(dict[str, Any]):
    """A mime bundle that says where the data are. It keeps them alive."""

    __slots__ = ("display",)

    def __init__(self, content_hash: str, display: LargeDisplay) -> None:
        super().__init__({REFERENCE: {"hash": content_hash, "size": display.size}})
        self.display = display


class LargeDisplays:
    """The large displays of one kernel, by the hash of their content. Thread-safe.

    A display lives as long as an output area holds it. Together they take at most `limit` bytes:
    the oldest go first, and their places say so.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._inline = False
        # The lock guards what follows. It is re-entrant because a finalizer that displays may run
        # under it.
        self._lock = threading.RLock()
        # Made with the first one: most kernels have none.
        self._displays: WeakValueDictionary[str, LargeDisplay] | None = None
        self._recent: list[LargeDisplay] = []
        self._recent_bytes = 0

    def by_reference(self, item: Item, held: int = 0) -> Item:
        """Return an item with its data by reference if they are large, else the item itself.

        Args:
            item: The item.
            held: How much the area holds already that is not by reference.

        Raises:
            TypeError: JSON cannot hold the data.
        """
        data = item.get("data")
        if data is None or isinstance(data, ReferencedData) or is_view(item):
            return item
        large = LARGE if held < CROWDED else LARGE_IF_CROWDED
        if self._inline or size_of(data) < large or _has_scripts(data):
            return item
        content = encode_json(data)
        if len(content) > self._limit:
            return {**item, "data": _too_large(len(content), self._limit)["data"]}
        return {**item, "data": self._keep(content)}

    def keep_inline(self) -> None:
        """Return every item as it is from now on: for pages that have no server to ask."""
        self._inline = True

    def get(self, content_hash: str) -> bytes | None:
        """Return the mime bundle of a hash as JSON; None if there is no such display now."""
        with self._lock:
            display = None if self._displays is None else self._displays.get(content_hash)
        return None if display is None else display.content

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._displays = None
            self._forget_recent()

    def _keep(self, content: bytes) -> ReferencedData:
        content_hash = hashlib.sha256(content).hexdigest()[:_HASH_LENGTH]
        with self._lock:
            if self._displays is None:
                self._displays = WeakValueDictionary()
            display = self._displays.get(content_hash)
            if display is None:
                display = LargeDisplay(content)
                self._make_room(self._displays, display.size)
                self._displays[content_hash] = display
            self._remember(display)
        return ReferencedData(content_hash, display)

    def _remember(self, display: LargeDisplay) -> None:
        recent = self._recent
        recent.append(display)
        self._recent_bytes += display.size
        while self._recent_bytes > RECENT_BYTES and len(recent) > MIN_RECENT:
            self._recent_bytes -= recent.pop(0).size

    def _forget_recent(self) -> None:
        self._recent.clear()
        self._recent_bytes = 0

    def _make_room(self, displays: WeakValueDictionary[str, LargeDisplay], size: int) -> None:
        surplus = _total(displays) + size - self._limit
        if surplus <= 0:
            return
        # Those that no area shows are gone with this.
        self._forget_recent()
        surplus = _total(displays) + size - self._limit
        for content_hash, display in list(displays.items()):
            if surplus <= 0:
                return
            surplus -= display.size
            display.content = None
            del displays[content_hash]


def _total(displays: WeakValueDictionary[str, LargeDisplay]) -> int:
    return sum(display.size for display in list(displays.values()))


def is_gone(item: Item) -> bool:
    """Whether the data of an item were cut off."""
    data = item.get("data")
    return isinstance(data, ReferencedData) and data.display.content is None


def note_gone(item: Item) -> Item:
    """Return an item that says that its data were cut off."""
    size = item["data"].display.size
    return {**item, **note(f"an earlier output of {_megabytes(size)} was cut off")}


def resolved(item: Item) -> Item:
    """Return an item with its data instead of a reference to them."""
    data = item.get("data")
    if not isinstance(data, ReferencedData):
        return item
    content = data.display.content
    return note_gone(item) if content is None else {**item, "data": decode_json(content)}


def _too_large(size: int, limit: int) -> Item:
    return note(
        f"this output is too large to show: it has {_megabytes(size)}, and SUNDOG_DISPLAY_BYTES "
        f"allows {_megabytes(limit)}"
    )


def _megabytes(size: int) -> str:
    return f"{size / (1 << 20):.1f} MiB"
