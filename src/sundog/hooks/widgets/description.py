"""Describes a widget's current state for a page that connects later.

A closed widget can still be among another one's children. It has no id, so it is left out, as in
pages that saw it close.
"""

from __future__ import annotations

from typing import Any

from ipywidgets import Accordion, Stack, Tab, widget_serialization
from ipywidgets.widgets import widget as widget_module
from ipywidgets.widgets.widget import Widget, _remove_buffers

from sundog.kernel import WIDGET_TARGET, KernelComm, Need
from sundog.protocol import Outgoing, encode_message

_PASSIVE_MODULES = ("@jupyter-widgets/", "jupyter-vue")
# Represents a closed widget that leaves its position empty.
CLOSED = "IPY_MODEL_sundog-closed"


def describe(comm: KernelComm) -> Outgoing:
    """Return the message that opens a comm in its current state, for a page that connects later."""
    widget = comm.kernel.widgets.get(comm._comm_id)
    if widget is None:
        return comm.describe()
    state, buffer_paths, buffers = _remove_buffers(_state_of(widget))
    data = {"state": state, "buffer_paths": buffer_paths}
    metadata = {"version": widget_module.__protocol_version__}
    return encode_message("open", comm._comm_id, WIDGET_TARGET, data, metadata, buffers=buffers)


def need_for(comm: KernelComm) -> Need:
    """Return when a page needs a widget.

    Widgets of ipywidgets and ipyvue do nothing in a page until they are shown, except links. The
    models of other packages may act by themselves (they listen to the keyboard, for example), so
    these are always needed, unless something has shown them or referred to them: then they are
    needed as long as it does.
    """
    widget = comm.kernel.widgets.get(comm._comm_id)
    if widget is None:
        return Need.ALWAYS
    if str(widget._model_module).startswith(_PASSIVE_MODULES):
        return Need.IF_REFERRING if widget._view_name is None else Need.IF_REFERENCED
    return Need.IF_REFERENCED if comm.referenced else Need.ALWAYS


def _state_of(widget: Widget) -> dict[str, Any]:
    try:
        state: dict[str, Any] = widget.get_state()
    except AttributeError:
        # ipywidgets can't name a closed widget.
        state = {}
        for name in widget.keys:
            to_json = widget.trait_metadata(name, "to_json", widget._trait_to_json)
            state[name] = to_json(_without_closed(getattr(widget, name)), widget)
        _count_as_pages_do(widget, state)
    return state


def _count_as_pages_do(widget: Widget, state: dict[str, Any]) -> None:
    """Name children by their positions in pages that saw some of them close."""
    if isinstance(widget, Stack):
        # It shows one child, by its position in Python.
        children = [CLOSED if _is_closed(child) else child for child in widget.children]
        state["children"] = widget_serialization["to_json"](children, widget)
    elif isinstance(widget, (Tab, Accordion)):
        # The title of a closed child is gone with it, and those after it have moved up.
        titles = zip(widget.titles, widget.children, strict=False)
        state["titles"] = [title for title, child in titles if not _is_closed(child)]
        if widget.selected_index is not None:
            last = len(state["children"]) - 1
            state["selected_index"] = min(widget.selected_index, last) if last >= 0 else None


def _without_closed(value: Any) -> Any:
    """Return a value without closed widgets."""
    if isinstance(value, Widget):
        return None if _is_closed(value) else value
    if isinstance(value, (list, tuple)):
        return [_without_closed(each) for each in value if not _is_closed(each)]
    if isinstance(value, dict):
        return {key: _without_closed(each) for key, each in value.items() if not _is_closed(each)}
    return value


def _is_closed(value: Any) -> bool:
    return isinstance(value, Widget) and value.comm is None
