"""Pairs the widgets of one run with those of another run. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from difflib import SequenceMatcher
from typing import Any

from sundog.reload.widgets import Roots, children, label, python_kind

Pair = tuple[Any, Any]


def match(old: Roots, new: Roots) -> list[Pair]:
    """Return pairs of widgets, each old and each new one at most once.

    By the name that the code has for them; then by their place among the shown widgets, with the
    same class and label; then by place and class; then by a label that only one widget has.
    """
    pairing = _Pairing()
    for name, widget in new.named.items():
        if name in old.named:
            pairing.add(old.named[name], widget)
    pairing.align(old.shown, new.shown)
    pairing.descend()
    pairing.by_label(_all(old), _all(new))
    pairing.descend()
    return pairing.pairs


class _Pairing:
    def __init__(self) -> None:
        self.pairs: list[Pair] = []
        self._taken: set[int] = set()
        self._descended = 0

    def add(self, old: Any, new: Any) -> None:
        """Pair two widgets, if they are of one class and not paired yet."""
        if id(old) in self._taken or id(new) in self._taken:
            return
        if python_kind(old) == python_kind(new):
            self._taken |= {id(old), id(new)}
            self.pairs.append((old, new))

    def align(self, old: list[Any], new: list[Any]) -> None:
        """Pair the widgets of two lists, in their order."""
        # Equal ones first, so that an inserted widget does not shift the others.
        for key in (lambda each: (python_kind(each), label(each._trait_values)), python_kind):
            left, right = self._free(old), self._free(new)
            for one, other in _aligned(left, right, key):
                self.add(one, other)

    def descend(self) -> None:
        """Pair the widgets that paired ones refer to."""
        while self._descended < len(self.pairs):
            old, new = self.pairs[self._descended]
            self._descended += 1
            theirs = dict(children(old))
            for name, found in children(new):
                self.align(theirs.get(name, []), found)

    def by_label(self, old: Iterable[Any], new: Iterable[Any]) -> None:
        """Pair the remaining widgets by labels that are unique."""
        theirs, ours = _by_unique_label(self._free(old)), _by_unique_label(self._free(new))
        for key, widget in ours.items():
            if key in theirs:
                self.add(theirs[key], widget)

    def _free(self, widgets: Iterable[Any]) -> list[Any]:
        return [each for each in widgets if id(each) not in self._taken]


def _aligned(old: list[Any], new: list[Any], key: Callable[[Any], Any]) -> Iterator[Pair]:
    matcher = SequenceMatcher(None, [*map(key, old)], [*map(key, new)], autojunk=False)
    for block in matcher.get_matching_blocks():
        for offset in range(block.size):
            yield old[block.a + offset], new[block.b + offset]


def _by_unique_label(widgets: list[Any]) -> dict[Any, Any]:
    keys = [(python_kind(each), label(each._trait_values)) for each in widgets]
    counts = Counter(keys)
    return {
        key: each for key, each in zip(keys, widgets, strict=True) if key[1] and counts[key] == 1
    }


def _all(start: Roots) -> list[Any]:
    found: dict[int, Any] = {}
    waiting = [*start.shown, *start.named.values()]
    while waiting:
        widget = waiting.pop(0)
        if id(widget) not in found:
            found[id(widget)] = widget
            for _, below in children(widget):
                waiting.extend(below)
    return list(found.values())
