"""Nested output areas, which `with` blocks put over a scope and remove again.

A layer stores the layer below it, so entering and leaving need no stack besides the context
variable. Several threads and tasks may enter the same block at once.
"""

from __future__ import annotations

import sys
from typing import Any

from sundog.scope import OutputArea, Scope, current_scope, scoped, set_scope


class Layer:
    """An output area during a `with` block."""

    __slots__ = ("area", "key", "outer")

    def __init__(self, key: object, area: OutputArea, outer: Scope | None) -> None:
        self.key = key
        self.area = area
        self.outer = outer

    def append(self, item: dict[str, Any]) -> None:
        """Add an item to the layer's area, in the scope outside of the block."""
        with scoped(self.outer):
            self.area.append(item)

    def flush(self) -> None:
        """Publish what the layer's area holds back."""
        flush = getattr(self.area, "flush", None)
        if flush is not None:
            flush()


def enter(key: object, area: OutputArea, scope: Scope) -> None:
    """Send output of this thread or task to an area, until `leave` with the key."""
    set_scope(scope.capturing(Layer(key, area, current_scope())))


def leave(key: object) -> OutputArea | None:
    """Remove the uppermost layer if it has this key, and return its area.

    A block that is left out of order changes nothing.
    """
    scope = current_scope()
    if scope is None or not isinstance(scope.area, Layer) or scope.area.key is not key:
        return None
    layer = scope.area
    set_scope(layer.outer)
    return layer.area


def route(item: dict[str, Any]) -> None:
    """Add an item to the area of the running scope, or else to the page or the log."""
    scope = current_scope()
    if item["output_type"] == "stream":
        stream = sys.stderr if item["name"] == "stderr" else sys.stdout
        stream.write(item["text"])
    elif scope is not None:
        scope.display_area.append(item)
