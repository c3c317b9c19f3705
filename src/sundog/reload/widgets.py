"""What identifies a widget over several runs: its references, label and kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ipywidgets import Widget

from sundog.output import WIDGET_VIEW

if TYPE_CHECKING:
    from sundog.app import RunningPage
    from sundog.kernel import VirtualKernel

REFERENCE = "IPY_MODEL_"
# The traits that label a control, the most important first.
LABEL_TRAITS = ("description", "label", "title", "placeholder", "tooltip")
MODEL_TRAITS = ("_model_module", "_model_name", "_view_module", "_view_name")
MAX_DEPTH = 8

Kind = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Roots:
    """The widgets that a page shows, and those that its code has names for."""

    shown: list[Any]
    named: dict[str, Any]


def roots(kernel: VirtualKernel, page: RunningPage) -> Roots:
    """Return the widgets of a page from which all others on it can be found."""
    shown = []
    for item in page.items:
        view = (item.get("data") or {}).get(WIDGET_VIEW) or {}
        widget = kernel.widgets.get(view.get("model_id", ""))
        if widget is not None:
            shown.append(widget)
    named = {
        name: value
        for name, value in list(page.namespace.items())
        if is_own(value) and not name.startswith("_")
    }
    return Roots(shown, named)


def is_own(value: Any) -> bool:
    """Whether a value is a widget of one run, not one that a module has made for all kernels."""
    return issubclass(type(value), Widget) and not getattr(type(value), "_sundog_template", False)


def python_kind(widget: Any) -> Kind:
    """Return the name of a widget's class, the same when its module is imported again."""
    return (type(widget).__module__, type(widget).__qualname__)


def label(state: Mapping[str, Any]) -> str:
    """Return the text that labels a widget with these traits; empty if there is none."""
    for name in LABEL_TRAITS:
        text = state.get(name)
        if isinstance(text, str) and text:
            return text
    return ""


def children(widget: Any) -> Iterator[tuple[str, list[Any]]]:
    """Yield, for each trait that refers to widgets, its name and those widgets in their order."""
    values = widget._trait_values
    for name in sorted(values):
        if name in ("comm", "parent"):
            continue
        found = list(_widgets_in(values[name], MAX_DEPTH))
        if found:
            yield name, found


def _widgets_in(value: Any, depth: int) -> Iterator[Any]:
    # By type: `isinstance` would ask a widget that was made at import for its class.
    kind = type(value)
    if issubclass(kind, Widget):
        if is_own(value):
            yield value
    elif depth and issubclass(kind, (list, tuple)):
        for each in value:
            yield from _widgets_in(each, depth - 1)
    elif depth and issubclass(kind, dict):
        for each in list(value.values()):
            yield from _widgets_in(each, depth - 1)


def references(value: Any, depth: int = MAX_DEPTH) -> Iterator[str]:
    """Yield the ids of the widgets that a serialised value refers to."""
    if isinstance(value, str):
        if value.startswith(REFERENCE):
            yield value[len(REFERENCE) :]
    elif depth and isinstance(value, (list, tuple)):
        for each in value:
            yield from references(each, depth - 1)
    elif depth and isinstance(value, dict):
        for each in value.values():
            yield from references(each, depth - 1)
