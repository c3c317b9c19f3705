"""Output areas on top of one another: what `with` blocks put over a scope and take off again.

The layer under a new one is kept in the layer itself, so entering and leaving need no stack beside
the one context variable: the same block may be entered by several threads and tasks at once.
"""

from __future__ import annotations

import sys
from typing import Any

from sundog.scope import OutputArea, Scope, current_scope, scoped, set_scope


class Layer:
    """An output area for the time of one `with` block."""

    __slots__ = ("area", "key", "outer")

    def __init__(self, key: object, area: OutputArea, outer: Scope | None) -> None:
        self.key = key
        self.area = area
        self.outer = outer

    def append(self, item: dict[str, Any]) -> None:
        """Hand an item to the layer's area, under the scope outside of the block."""
        with scoped(self.outer):
            self.area.append(item)

    def flush(self) -> None:
        """Send what the layer's area holds back."""
        flush = getattr(self.area, "flush", None)
        if flush is not None:
            flush()


def enter(key: object, area: OutputArea, scope: Scope) -> None:
    """Send what this thread or task prints and displays to an area, until `leave` with the key."""
    set_scope(scope.capturing(Layer(key, area, current_scope())))


def leave(key: object) -> OutputArea | None:
    """Take the uppermost layer off if it is the key's, and return its area.

    A block that is left out of order changes nothing.
    """
    scope = current_scope()
    if scope is None or not isinstance(scope.area, Layer) or scope.area.key is not key:
        return None
    layer = scope.area
    set_scope(layer.outer)
    return layer.area


def route(item: dict[str, Any]) -> None:
    """Hand an item to where the running scope says: its area, else the page or the log."""
    scope = current_scope()
    if item["output_type"] == "stream":
        stream = sys.stderr if item["name"] == "stderr" else sys.stdout
        stream.write(item["text"])
    elif scope is not None:
        scope.display_area.append(item)
