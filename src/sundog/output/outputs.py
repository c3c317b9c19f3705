"""What an output area holds: nbformat outputs, joined and bounded. No I/O and no locks."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OutputLimits:
    """How much an area keeps; the oldest outputs go first.

    `size` counts characters of text and bytes of encoded data.
    """

    items: int = 1000
    size: int = 4 << 20


class _Entry:
    """One output; a stream's text is kept in pieces until somebody asks."""

    __slots__ = ("chunks", "item", "line", "size")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.size = _size(item)
        self.chunks: list[str] = []
        # Where in `chunks` the last line begins.
        self.line = 0
        if item["output_type"] == "stream":
            self.add(item["text"])

    def add(self, text: str) -> None:
        """Add to a stream's text. A carriage return begins the last line anew."""
        chunks = self.chunks
        head, newline, rest = text.rpartition("\n")
        if newline:
            if "\r" in head or self._returned:
                joined = "".join(chunks[self.line :]) + head
                del chunks[self.line :]
                head = "\n".join(map(_overwritten, joined.split("\n")))
            chunks.append(head + newline)
            self.line = len(chunks)
        if "\r" in rest or self._returned:
            rest = _overwritten("".join(chunks[self.line :]) + rest)
            del chunks[self.line :]
        if rest:
            chunks.append(rest)
        self.size += len(text)

    @property
    def _returned(self) -> bool:
        """Whether the last line ends with a carriage return."""
        return len(self.chunks) > self.line and self.chunks[-1].endswith("\r")

    def compact(self) -> None:
        """Join the pieces, and count what is left of them."""
        line = sum(map(len, self.chunks[self.line :]))
        text = "".join(self.chunks)
        self.chunks = [text[: len(text) - line], text[len(text) - line :]]
        self.line = 1
        self.size = len(text)

    def output(self) -> Item:
        """Return the output as nbformat has it."""
        if self.item["output_type"] != "stream":
            return self.item
        return {**self.item, "text": "".join(self.chunks)}


def _overwritten(line: str) -> str:
    """Return a line as it stands after its carriage returns."""
    ended = line.endswith("\r")
    line = line.rstrip("\r")
    line = line[line.rfind("\r") + 1 :]
    # What comes next overwrites this.
    return line + "\r" if ended else line


def _size(value: Any) -> int:
    if isinstance(value, (str, bytes)):
        return len(value)
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    if isinstance(value, (list, tuple)):
        return sum(map(_size, value))
    return 8


class OutputStore:
    """The outputs of one area."""

    def __init__(self, limits: OutputLimits | None = None, items: Iterable[Item] = ()) -> None:
        self._limits = limits or OutputLimits()
        self._entries: deque[_Entry] = deque(_Entry(item) for item in items)
        self._size = sum(entry.size for entry in self._entries)
        self._truncated = False
        self.clear_before_next = False

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, item: Item) -> None:
        """Take a stream, display_data, execute_result or error output."""
        if self.clear_before_next:
            self.clear()
        last = self._entries[-1] if self._entries else None
        if (
            last is not None
            and item["output_type"] == "stream" == last.item["output_type"]
            and item["name"] == last.item["name"]
        ):
            last.add(item["text"])
            self._size += len(item["text"])
        else:
            entry = _Entry(item)
            self._entries.append(entry)
            self._size += entry.size
        if self._size > self._limits.size or len(self._entries) > self._limits.items:
            self._shrink()

    def clear(self) -> None:
        """Forget all outputs."""
        self.clear_before_next = False
        self._truncated = False
        self._entries.clear()
        self._size = 0

    def update(self, display_id: str, data: Item, metadata: Item) -> bool:
        """Change every output that was displayed under an id; return whether there was one."""
        found = False
        for entry in self._entries:
            if entry.item.get("transient", {}).get("display_id") == display_id:
                entry.item = {**entry.item, "data": data, "metadata": metadata}
                self._size -= entry.size
                entry.size = _size(entry.item)
                self._size += entry.size
                found = True
        return found

    def snapshot(self) -> tuple[Item, ...]:
        """Return the outputs, oldest first."""
        outputs = tuple(entry.output() for entry in self._entries)
        return (_NOTE, *outputs) if self._truncated else outputs

    def _shrink(self) -> None:
        limits = self._limits
        last = self._entries[-1]
        if last.chunks:
            # Overwritten lines count no longer.
            self._size -= last.size
            last.compact()
            self._size += last.size
        while len(self._entries) > limits.items or (
            self._size > limits.size and len(self._entries) > 1
        ):
            self._size -= self._entries.popleft().size
            self._truncated = True
        if self._size > limits.size and last.chunks:
            self._halve(last)

    def _halve(self, entry: _Entry) -> None:
        """Drop the older half of a stream that is too long by itself."""
        text = "".join(entry.chunks)
        text = text[-self._limits.size // 2 :]
        text = text[text.find("\n") + 1 :]
        self._size -= entry.size
        entry.chunks, entry.line, entry.size = [text], 0, len(text)
        self._size += entry.size
        self._truncated = True


_NOTE: Item = {
    "output_type": "display_data",
    "data": {"text/plain": "(earlier output is not kept)"},
    "metadata": {},
}
