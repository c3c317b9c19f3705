"""Widgets live in the kernel that made them.

Upstream reasons:

- ipywidgets keeps all widgets of the process in one table, ``_instances``, by which it also turns
  ids from the front end into widgets. Here the table is a view of the running kernel's own.
- `Widget.close` looks the widget up in that table, so it is run under the widget's own kernel.
- traitlets sets a value before it tells anybody: a widget of another kernel gets its own back.
- A widget that goes is closed, even if it has been closed: some libraries' widgets then fail.
- Widgets made at import are handled by `sundog.hooks.widgets.templates`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from comm.base_comm import BaseComm
from ipywidgets import Accordion, Stack, Tab, widget_serialization
from ipywidgets.widgets import widget as widget_module
from ipywidgets.widgets.widget import Widget, _remove_buffers
from traitlets import Undefined

from sundog.errors import ForeignWidgetError
from sundog.hooks.widgets.templates import Companions, become_template
from sundog.kernel.comm import WIDGET_TARGET, KernelComm
from sundog.kernel.current import current_kernel, require_kernel
from sundog.protocol.codec import encode_message
from sundog.protocol.message import Outgoing
from sundog.scope import scoped

# How a page is told of a closed widget that leaves a place.
CLOSED = "IPY_MODEL_sundog-closed"


class KernelInstances(MutableMapping[str, Any]):
    """The widgets of the running kernel; outside of any kernel, those made at import."""

    def __init__(self) -> None:
        self._shared: dict[str, Any] = {}

    def _table(self) -> dict[str, Any]:
        kernel = current_kernel()
        return self._shared if kernel is None else kernel.widgets

    def __getitem__(self, key: str) -> Any:
        return self._table()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._table()[key] = value

    def __delitem__(self, key: str) -> None:
        del self._table()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._table()))

    def __len__(self) -> int:
        return len(self._table())

    def __contains__(self, key: object) -> bool:
        return key in self._table()


def install() -> Callable[[], None]:
    """Replace the table and wrap `Widget.open` and `Widget.close`; return what restores them."""
    former = widget_module._instances
    open_widget, close_widget = Widget.open, Widget.close
    notify_change, delete = Widget.notify_change, Widget.__del__
    companions = Companions()

    def open_twin(widget: Any) -> None:
        _open_twin(widget)
        companions.open(require_kernel(), widget._model_module)

    @functools.wraps(open_widget)
    def open_in_kernel(self: Widget) -> None:
        open_widget(self)
        comm = self.comm
        if isinstance(comm, KernelComm):
            # `describe` asks the widget instead, which knows its state now.
            comm._open_data = {}
            companions.open(comm.kernel, self._model_module)
        elif current_kernel() is None and comm is not None:
            companions.add(self)
            become_template(self, open_twin)

    @functools.wraps(close_widget)
    def close_in_own_kernel(self: Widget) -> None:
        comm = self.comm
        if isinstance(comm, KernelComm) and current_kernel() is not comm.kernel:
            with scoped(comm.comms.scope):
                close_widget(self)
        else:
            close_widget(self)

    @functools.wraps(notify_change)
    def notify_in_own_kernel(self: Widget, change: Any) -> None:
        comm = self.comm
        if isinstance(comm, KernelComm):
            try:
                comm.comm_id  # noqa: B018 - raises where another kernel runs
            except ForeignWidgetError:
                _take_back(self, change)
                raise
        notify_change(self, change)

    @functools.wraps(delete)
    def close_if_open(self: Widget) -> None:
        if self.comm is not None:
            delete(self)

    widget_module._instances = KernelInstances()
    Widget.notify_change, Widget.__del__ = notify_in_own_kernel, close_if_open
    Widget.open, Widget.close = open_in_kernel, close_in_own_kernel

    def uninstall() -> None:
        widget_module._instances = former
        Widget.open, Widget.close = open_widget, close_widget
        Widget.notify_change, Widget.__del__ = notify_change, delete

    return uninstall


def _take_back(widget: Widget, change: Any) -> None:
    """Give a widget the value that it had before a change that is refused."""
    if change["old"] is Undefined:
        widget._trait_values.pop(change["name"], None)
    else:
        widget._trait_values[change["name"]] = change["old"]


def _open_twin(widget: Any) -> None:
    """Open a kernel's own of a template: its id is known before its state is asked for.

    Templates may refer to each other in a circle.
    """
    kernel = require_kernel()
    widget.comm = comm = KernelComm(kernel.comms, WIDGET_TARGET, primary=False)
    kernel.publish(describe(comm))


def describe(comm: KernelComm) -> Outgoing:
    """Return the message that opens a comm with its state of now, for a page that comes later."""
    widget = comm.kernel.widgets.get(comm._comm_id)
    if widget is None:
        return comm.describe()
    state, buffer_paths, buffers = _remove_buffers(_state_of(widget))
    data = {"state": state, "buffer_paths": buffer_paths}
    metadata = {"version": widget_module.__protocol_version__}
    return encode_message("open", comm._comm_id, WIDGET_TARGET, data, metadata, buffers=buffers)


def _state_of(widget: Widget) -> dict[str, Any]:
    try:
        state: dict[str, Any] = widget.get_state()
    except AttributeError:
        # A widget that has been closed is still among the children, say: it has no id to be named
        # by, and pages that were there at its end do without it.
        state = {}
        for name in widget.keys:
            to_json = widget.trait_metadata(name, "to_json", widget._trait_to_json)
            state[name] = to_json(_without_closed(getattr(widget, name)), widget)
        _count_as_pages_do(widget, state)
    return state


def _count_as_pages_do(widget: Widget, state: dict[str, Any]) -> None:
    """Make what names children by their positions do so as in pages that have seen some close."""
    if isinstance(widget, Stack):
        # It shows one, by the position that it has in Python.
        children = [CLOSED if _is_closed(child) else child for child in widget.children]
        state["children"] = widget_serialization["to_json"](children, widget)
    elif isinstance(widget, (Tab, Accordion)):
        # A closed one has taken its title along, and those after it have moved up.
        titles = zip(widget.titles, widget.children, strict=False)
        state["titles"] = [title for title, child in titles if not _is_closed(child)]
        if widget.selected_index is not None:
            last = len(state["children"]) - 1
            state["selected_index"] = min(widget.selected_index, last) if last >= 0 else None


def _without_closed(value: Any) -> Any:
    """Return a value as it is for a page that never knew its closed widgets."""
    if isinstance(value, Widget):
        return None if _is_closed(value) else value
    if isinstance(value, (list, tuple)):
        return [_without_closed(each) for each in value if not _is_closed(each)]
    if isinstance(value, dict):
        return {key: _without_closed(each) for key, each in value.items() if not _is_closed(each)}
    return value


def _is_closed(value: Any) -> bool:
    return isinstance(value, Widget) and value.comm is None


def open_from_page(comm: BaseComm, message: dict[str, Any]) -> None:
    """Make the widget that a page asks for: the target of its `jupyter.widget` comms."""
    Widget.handle_comm_opened(comm, message)
