"""Which values of a kernel's widgets are no longer what the app's code has made them.

Needed in development only: when code is reloaded, what the user has changed is kept, and what only
the code has said is said anew. What a page sets is known from ipywidgets' `Widget.set_state`, by
which it comes in; what callbacks set, by comparing with what the app's first run has left.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ipywidgets import Widget

from sundog.kernel.current import current_kernel

if TYPE_CHECKING:
    from sundog.kernel.kernel import VirtualKernel

# The traits that hold what a user enters, in ipywidgets' controls and those like them.
VALUE_TRAITS = ("value", "index", "selected_index", "v_model")


class _Key:
    """Stands for a widget, and ends with it: widgets may be unhashable, as plotly's figures are."""

    __slots__ = ("__weakref__",)


def _key(widget: Any) -> _Key:
    key: _Key = vars(widget).setdefault("_sundog_key", _Key())
    return key


class ChangedValues:
    """What is known of one kernel's widgets."""

    def __init__(self) -> None:
        self._set_by_page: WeakKeyDictionary[_Key, set[str]] = WeakKeyDictionary()
        self._made_with: WeakKeyDictionary[_Key, dict[str, Any]] = WeakKeyDictionary()

    def note_made(self, widget: Any) -> None:
        """Take a widget's values of now for those that the code gives it."""
        made = {
            name: widget._trait_values.get(name) for name in VALUE_TRAITS if name in _all(widget)
        }
        if made:
            self._made_with[_key(widget)] = made

    def note_set(self, widget: Any, names: set[str]) -> None:
        """Note that a page has set traits."""
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
    """Return what is known of a kernel's widgets."""
    return kernel.local(ChangedValues, ChangedValues)


def note_first_run(kernel: VirtualKernel) -> None:
    """Take all values of now for those that the code has given."""
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
