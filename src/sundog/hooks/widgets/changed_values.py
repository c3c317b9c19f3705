"""Records which values of a kernel's widgets differ from those that the app's code has set.

Needed only in development: a reload keeps the user's changes, and values set only by code take the
new defaults. Changes by a page are known from ipywidgets' `Widget.set_state`, through which they
arrive; changes by callbacks, from a comparison with the values after the app's run.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ipywidgets import Widget

from sundog.kernel import current_kernel

if TYPE_CHECKING:
    from sundog.kernel import VirtualKernel

# The traits with the user's input, in ipywidgets' controls and similar ones.
VALUE_TRAITS = ("value", "index", "selected_index", "v_model")


class _Key:
    """Represents a widget and ends with it. Widgets may be unhashable, as in plotly."""

    __slots__ = ("__weakref__",)


def _key(widget: Any) -> _Key:
    key: _Key = vars(widget).setdefault("_sundog_key", _Key())
    return key


class ChangedValues:
    """The recorded values of one kernel's widgets."""

    def __init__(self) -> None:
        self._set_by_page: WeakKeyDictionary[_Key, set[str]] = WeakKeyDictionary()
        self._made_with: WeakKeyDictionary[_Key, dict[str, Any]] = WeakKeyDictionary()

    def note_made(self, widget: Any) -> None:
        """Record a widget's current values as those that the code gave it."""
        made = {
            name: widget._trait_values.get(name) for name in VALUE_TRAITS if name in _all(widget)
        }
        if made:
            self._made_with[_key(widget)] = made

    def note_set(self, widget: Any, names: set[str]) -> None:
        """Record that a page has set traits."""
        self._set_by_page.setdefault(_key(widget), set()).update(names)

    def set_by_page(self, widget: Any) -> set[str]:
        """Return the traits of a widget that pages have set."""
        return self._set_by_page.get(_key(widget), set())

    def made_with(self, widget: Any) -> dict[str, Any]:
        """Return the values that the code gave a widget, of those traits that users change."""
        return self._made_with.get(_key(widget), {})


def _all(widget: Any) -> Any:
    return type(widget)._traits


def changed_values(kernel: VirtualKernel) -> ChangedValues:
    """Return the recorded values of a kernel's widgets."""
    return kernel.local(ChangedValues, ChangedValues)


def note_first_run(kernel: VirtualKernel) -> None:
    """Record all current values as those that the code gave."""
    known = changed_values(kernel)
    for widget in list(kernel.widgets.values()):
        known.note_made(widget)


def install() -> Callable[[], None]:
    """Wrap `Widget.open` and `Widget.set_state`; return what restores them."""
    open_widget, set_state = Widget.open, Widget.set_state

    @functools.wraps(open_widget)
    def open_and_note(self: Widget) -> None:
        open_widget(self)
        kernel = current_kernel()
        if kernel is not None:
            changed_values(kernel).note_made(self)

    @functools.wraps(set_state)
    def set_state_and_note(self: Widget, sync_data: dict[str, Any]) -> None:
        kernel = current_kernel()
        if kernel is not None:
            changed_values(kernel).note_set(self, set(sync_data))
        set_state(self, sync_data)

    Widget.open, Widget.set_state = open_and_note, set_state_and_note

    def uninstall() -> None:
        Widget.open, Widget.set_state = open_widget, set_state

    return uninstall
