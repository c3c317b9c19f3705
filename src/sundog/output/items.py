"""The items of output areas: nbformat 4 outputs, and items that clear or change them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

Item = dict[str, Any]
"""An output of nbformat 4, or a ``clear_output`` or ``update_display_data`` item."""

Append = Callable[[Item], None]

WIDGET_VIEW: Final = "application/vnd.jupyter.widget-view+json"
# A question to the user: `sundog.hooks.core.asking`.
QUESTION: Final = "application/vnd.sundog.question+json"


def display_id(item: Item) -> str | None:
    """Return the id that an item was displayed under, or None."""
    found: str | None = item.get("transient", {}).get("display_id")
    return found


def is_view(item: Item) -> bool:
    """Return whether an item shows a widget."""
    return WIDGET_VIEW in (item.get("data") or ())


def shown_widget(item: Item) -> str | None:
    """Return the model id of the widget that an item shows, or None."""
    view = (item.get("data") or {}).get(WIDGET_VIEW)
    model_id = view.get("model_id") if isinstance(view, dict) else None
    return model_id if isinstance(model_id, str) else None


def size_of(value: Any) -> int:
    """Return roughly how much memory a value takes: characters of text and bytes of data."""
    if isinstance(value, (str, bytes)):
        return len(value)
    if isinstance(value, dict):
        return sum(map(size_of, value.values()))
    if isinstance(value, (list, tuple)):
        return sum(map(size_of, value))
    return 8


def note(text: str) -> Item:
    """Return an output with a note in place of missing output."""
    return {"output_type": "display_data", "data": {"text/plain": f"… {text}"}, "metadata": {}}
