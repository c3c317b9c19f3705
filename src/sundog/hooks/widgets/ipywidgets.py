"""Widgets belong to the kernel that created them.

Upstream reasons:

- ipywidgets keeps all widgets of the process in one table, ``_instances``, in which it also finds
  the widgets that the front end names by id.
- `Widget.close` looks the widget up in that table, so it runs in the widget's own kernel.
- traitlets sets a value before it notifies observers. A change that is dropped, because the widget
  belongs to another kernel (`sundog.hooks.widgets.foreign`), is undone.
- ipywidgets closes a widget when it is collected, even if it is already closed, and widgets of some
  libraries fail at that.
- `sundog.hooks.widgets.templates` handles widgets created at import.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from comm.base_comm import BaseComm
from ipywidgets.widgets import widget as widget_module
from ipywidgets.widgets.widget import Widget
from traitlets import Undefined

from sundog.hooks.core.replaced import Replaced
from sundog.hooks.widgets.description import describe
from sundog.hooks.widgets.foreign import dropped, is_at_home, note_home
from sundog.hooks.widgets.instances import KernelInstances
from sundog.hooks.widgets.templates import Companions, become_template
from sundog.kernel import WIDGET_TARGET, KernelComm, current_kernel, require_kernel
from sundog.scope import scoped, stop_if_ended

Method = Callable[..., Any]


def install() -> Callable[[], None]:
    """Replace the table and wrap methods of `Widget`; return what restores them."""
    replaced = Replaced()
    replaced.set(widget_module, "_instances", KernelInstances())
    replaced.set(Widget, "open", _open_in_kernel(Widget.open, Companions()))
    replaced.set(Widget, "close", _close_in_own_kernel(Widget.close))
    replaced.set(Widget, "notify_change", _notify_in_own_kernel(Widget.notify_change))
    replaced.set(Widget, "_send", _send_in_own_kernel(Widget._send))
    replaced.set(Widget, "__del__", _close_if_open(Widget.__del__))
    return replaced.close


def _open_in_kernel(open_widget: Method, companions: Companions) -> Method:
    """Open a widget in the running kernel; outside of kernels, make it a template."""

    def open_twin(widget: Any) -> None:
        _open_twin(widget)
        companions.open(require_kernel(), widget._model_module)

    @functools.wraps(open_widget)
    def open_in_kernel(self: Widget) -> None:
        open_widget(self)
        comm = self.comm
        if isinstance(comm, KernelComm):
            # `describe` asks the widget instead, which has its current state.
            comm._open_data = {}
            # Until here, only the widget itself has asked for its id.
            comm.referenced = False
            note_home(self, comm)
            companions.open(comm.kernel, self._model_module)
        elif current_kernel() is None and comm is not None:
            companions.add(self)
            become_template(self, open_twin)

    return open_in_kernel


def _open_twin(widget: Any) -> None:
    """Open a kernel's twin of a template.

    Templates may refer to each other in a circle, so its id is known before its state is read.
    """
    kernel = require_kernel()
    widget.comm = comm = KernelComm(kernel.comms, WIDGET_TARGET, primary=False)
    note_home(widget, comm)
    kernel.publish(describe(comm))


def _close_in_own_kernel(close_widget: Method) -> Method:
    @functools.wraps(close_widget)
    def close_in_own_kernel(self: Widget) -> None:
        if dropped(self, "The closing of a widget"):
            return
        comm = self.comm
        if isinstance(comm, KernelComm) and current_kernel() is not comm.kernel:
            with scoped(comm.comms.scope):
                close_widget(self)
        else:
            close_widget(self)

    return close_in_own_kernel


def _notify_in_own_kernel(notify_change: Method) -> Method:
    """Drop another kernel's change and undo it."""

    @functools.wraps(notify_change)
    def notify_in_own_kernel(self: Widget, change: Any) -> None:
        if not is_at_home(self):
            stop_if_ended()
            if dropped(self, f"A change of {change['name']!r}"):
                _take_back(self, change)
                return
        notify_change(self, change)

    return notify_in_own_kernel


def _send_in_own_kernel(send: Method) -> Method:
    @functools.wraps(send)
    def send_in_own_kernel(self: Widget, *arguments: Any, **keywords: Any) -> None:
        if not is_at_home(self):
            stop_if_ended()
            if dropped(self, "A message of a widget to its page"):
                return
        send(self, *arguments, **keywords)

    return send_in_own_kernel


def _take_back(widget: Widget, change: Any) -> None:
    """Restore a widget's value from before a dropped change."""
    if change["old"] is Undefined:
        widget._trait_values.pop(change["name"], None)
    else:
        widget._trait_values[change["name"]] = change["old"]


def _close_if_open(delete: Method) -> Method:
    @functools.wraps(delete)
    def close_if_open(self: Widget) -> None:
        comm = self.comm
        if isinstance(comm, KernelComm):
            # It is collected in any code, which must not stop if the widget's kernel has ended.
            with scoped(comm.comms.scope.of_library()):
                delete(self)
        elif comm is not None:
            delete(self)

    return close_if_open


def open_from_page(comm: BaseComm, message: dict[str, Any]) -> None:
    """Create the widget that a page requests: the target of its `jupyter.widget` comms."""
    Widget.handle_comm_opened(comm, message)
