"""The content of an output area: outputs of nbformat 4, joined and limited. No I/O, no locks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sundog.output.items import Item, display_id, is_view, note, size_of
from sundog.output.large_displays import is_gone, note_gone
from sundog.output.text import StreamText

# The size of an entry of a stream besides its characters.
ENTRY_SIZE = 64


@dataclass(frozen=True, slots=True)
class OutputLimits:
    """The limits of one area. Output beyond them is cut off at the start, with a note.

    `text` limits printed text, in characters. `items` and `size` (characters and bytes) limit
    displays, except large displays, which the kernel stores elsewhere. Views of widgets are always
    kept.
    """

    text: int = 4 << 20
    items: int = 10_000
    size: int = 64 << 20


class _Stream:
    """Text of one stream, up to the next output of another kind."""

    __slots__ = ("name", "text")

    def __init__(self, name: str) -> None:
        self.name = name
        self.text = StreamText()

    @property
    def size(self) -> int:
        """The size that counts against the limit.

        A note counts nothing, because it can't be cut off.
        """
        return self.text.size + ENTRY_SIZE if self.text.size else 0

    def output(self) -> Item:
        return {"output_type": "stream", "name": self.name, "text": str(self.text)}


class _Display:
    """An output that is not a stream."""

    __slots__ = ("bounded", "item", "size")

    def __init__(self, item: Item) -> None:
        self.set(item)

    def set(self, item: Item) -> None:
        self.item = item
        self.bounded = not is_view(item)
        self.size = size_of(item) if self.bounded else 0

    def output(self) -> Item:
        return note_gone(self.item) if is_gone(self.item) else self.item


class _Cut:
    """A note in place of outputs that were cut off."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0

    def output(self) -> Item:
        if self.count == 1:
            return note("1 earlier output was cut off")
        return note(f"{self.count:,} earlier outputs were cut off")


_Entry = _Stream | _Display | _Cut


class OutputStore:
    """The outputs of one area."""

    def __init__(self, limits: OutputLimits | None = None, items: Iterable[Item] = ()) -> None:
        self._limits = limits or OutputLimits()
        self._entries: list[_Entry] = []
        self._text_size = 0
        # Only displays that the limits affect.
        self._displays = 0
        # In characters and bytes, without those that are kept by reference.
        self.display_size = 0
        self.clear_before_next = False
        for item in items:
            self._add(item, join=False)

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, item: Item) -> None:
        """Add a stream, display_data, execute_result or error output."""
        if self.clear_before_next:
            self.clear()
        self._add(item, join=True)

    def clear(self) -> None:
        """Remove all outputs."""
        self.clear_before_next = False
        self._entries.clear()
        self._text_size = self._displays = self.display_size = 0

    def update(self, changed_id: str, data: Item, metadata: Item) -> bool:
        """Change every output displayed under an id; return whether there was one."""
        found = False
        for entry in self._entries:
            if isinstance(entry, _Display) and display_id(entry.item) == changed_id:
                self._count(entry, -1)
                entry.set({**entry.item, "data": data, "metadata": metadata})
                self._count(entry, 1)
                found = True
        if found and self.display_size > self._limits.size:
            self._cut_displays()
        return found

    def snapshot(self) -> tuple[Item, ...]:
        """Return the outputs, oldest first."""
        return tuple([entry.output() for entry in self._entries])

    def _add(self, item: Item, *, join: bool) -> None:
        limits = self._limits
        if item["output_type"] == "stream":
            last = self._entries[-1] if join and self._entries else None
            if not isinstance(last, _Stream) or last.name != item["name"]:
                last = _Stream(item["name"])
                self._entries.append(last)
            self._text_size -= last.size
            last.text.add(_joined(item["text"]))
            self._text_size += last.size
            if self._text_size > limits.text:
                self._cut_text()
        else:
            display = _Display(item)
            self._entries.append(display)
            self._count(display, 1)
            if self._displays > limits.items or self.display_size > limits.size:
                self._cut_displays()

    def _count(self, display: _Display, sign: int) -> None:
        if display.bounded:
            self._displays += sign
            self.display_size += sign * display.size

    def _cut_text(self) -> None:
        """Cut off the oldest text, enough that it is not needed again soon."""
        surplus = self._text_size - self._limits.text * 3 // 4
        entries: list[_Entry] = []
        for entry in self._entries:
            previous = entries[-1] if entries else None
            if isinstance(previous, _Stream) and not previous.size and isinstance(entry, _Stream):
                # Only a note is left of it, and one note is enough.
                entry.text.take_note(previous.text)
                entries.pop()
            if isinstance(entry, _Stream) and surplus > 0:
                size = entry.size
                keep = 0 if surplus >= size else size - surplus - ENTRY_SIZE
                entry.text.cut(max(0, keep))
                surplus -= size - entry.size
                self._text_size -= size - entry.size
            entries.append(entry)
        self._entries = entries

    def _cut_displays(self) -> None:
        """Cut off the oldest displays, but not the newest one and no widget views."""
        items, size = self._limits.items * 3 // 4, self._limits.size * 3 // 4
        entries: list[_Entry] = []
        newest = self._entries[-1]
        for entry in self._entries:
            over = self._displays > items or self.display_size > size
            previous = entries[-1] if entries else None
            if isinstance(entry, _Display) and entry.bounded and over and entry is not newest:
                self._count(entry, -1)
                if not isinstance(previous, _Cut):
                    previous = _Cut()
                    entries.append(previous)
                previous.count += 1
            elif isinstance(entry, _Cut) and isinstance(previous, _Cut):
                previous.count += entry.count
            else:
                entries.append(entry)
        self._entries = entries


def _joined(text: str | list[str]) -> str:
    """Return the text of a stream, which nbformat may store as a list of lines."""
    return text if isinstance(text, str) else "".join(text)
