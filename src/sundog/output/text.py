"""The text of a stream, as a terminal shows it, with a limit.

A carriage return moves to the start of the line, and the following text overwrites the line. A
backspace deletes the character before it. The page applies the same rules (`overprint` in
``frontend/src/output/ansi.ts``), so both sides have the same text.
"""

from __future__ import annotations

import re
from typing import Final

_ESCAPE: Final = "\x1b"
# A stream may start with the note of another area that has cut it.
_NOTE: Final = re.compile(r"… ([\d,]+) earlier lines? (?:was|were) cut off\n")


class StreamText:
    """Collects text. Cheap for many small pieces."""

    __slots__ = ("_cut_lines", "_lines", "_overprints", "_tail", "_was_cut", "size")

    def __init__(self) -> None:
        # Complete lines, in pieces of one or more.
        self._lines: list[str] = []
        # The pieces of the last line, and whether it has control characters.
        self._tail: list[str] = []
        self._overprints = False
        self._was_cut = False
        self._cut_lines = 0
        # In characters, without the note about text that was cut off.
        self.size = 0

    def __str__(self) -> str:
        """Return the text, which starts with a note if some of it was cut off."""
        return "".join((self._note(), *self._lines, *self._tail))

    def add(self, text: str) -> None:
        """Add text at the end."""
        ended, newline, rest = text.rpartition("\n")
        if newline:
            if self._overprints or _has_controls(ended):
                lines = ("".join(self._tail) + ended).split("\n")
                before = sum(map(len, self._tail))
                ended = "\n".join([_overprinted(line)[0] for line in lines])
                self.size -= before
            else:
                self._lines += self._tail
            self._lines.append(ended + newline)
            self.size += len(ended) + 1
            self._tail = []
            self._overprints = False
        if not rest:
            return
        if self._overprints or _has_controls(rest):
            line = "".join(self._tail) + rest
            self.size -= sum(map(len, self._tail))
            shown, cursor = _overprinted(line)
            # The next text continues at the cursor.
            rest = shown if cursor == len(shown) else f"{shown}\r{shown[:cursor]}"
            self._tail = []
            self._overprints = _has_controls(rest)
        self._tail.append(rest)
        self.size += len(rest)

    def cut(self, keep: int) -> None:
        """Cut off the start, so that at most `keep` characters are left."""
        text = "".join((*self._lines, *self._tail))
        if len(text) <= keep:
            return
        start = len(text) - keep
        # Whole lines are cut off, unless only a part of one is left.
        newline = text.find("\n", start - 1) if keep else -1
        if newline >= 0:
            start = newline + 1
        gone = text[:start]
        found = _NOTE.match(gone)
        lines = gone.count("\n")
        if found is not None:
            lines += int(found[1].replace(",", "")) - 1
        self._was_cut = True
        self._cut_lines += lines
        tail_size = sum(map(len, self._tail))
        rest = text[start:]
        if len(rest) > tail_size:
            self._lines = [rest[: len(rest) - tail_size]]
        else:
            self._lines = []
            self._tail = [rest] if rest else []
        self.size = len(rest)

    def take_note(self, other: StreamText) -> None:
        """Add what was cut off another text, which this one replaces."""
        self._was_cut = self._was_cut or other._was_cut
        self._cut_lines += other._cut_lines

    def _note(self) -> str:
        if not self._was_cut:
            return ""
        if self._cut_lines == 0:
            return "… earlier text was cut off\n"
        if self._cut_lines == 1:
            return "… 1 earlier line was cut off\n"
        return f"… {self._cut_lines:,} earlier lines were cut off\n"


def _has_controls(text: str) -> bool:
    return "\r" in text or "\b" in text


def _overprinted(line: str) -> tuple[str, int]:
    """Return a line as a terminal shows it, and the position of the cursor in it."""
    if "\b" in line:
        line = _without_deleted(line)
    shown, *parts = line.split("\r")
    cursor = len(shown)
    for part in parts:
        cursor = len(part)
        if not part:
            continue
        # Columns can't be counted if there are colours.
        coloured = _ESCAPE in part or _ESCAPE in shown
        shown = part if coloured else part + shown[cursor:]
    return shown, cursor


def _without_deleted(line: str) -> str:
    kept: list[str] = []
    for character in line:
        if character == "\b" and kept and kept[-1] != "\b":
            kept.pop()
        else:
            kept.append(character)
    return "".join(kept)
