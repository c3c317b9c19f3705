"""ipywidgets' `Output` catches prints and displays of its block, per thread and per task.

Upstream reason: in Jupyter, the page catches all replies to the current message for an `Output`,
and sends the outputs back. Here, the server decides: an `Output` is an output area. Its ``outputs``
trait is kept current without sending all of it with each change; the pages get only the changes.

An `Output` is limited by `sundog.output.store.OutputLimits`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from IPython.core.interactiveshell import InteractiveShell
from ipywidgets import Output
from traitlets import Bunch, HasTraits

from sundog.hooks.core.tracebacks import error_item
from sundog.hooks.widgets.foreign import dropped
from sundog.kernel import KernelComm, VirtualKernel
from sundog.output import Area, Item, enter, leave, route
from sundog.scope import current_scope

AREA = "_sundog_area"


class WidgetArea(Area):
    """The area of one `Output` widget. Observers of the widget's outputs are notified."""

    def __init__(self, widget: Any, comm: KernelComm) -> None:
        output = cast(VirtualKernel, comm.kernel).output
        items = widget._trait_values.get("outputs", ())
        super().__init__(output, output.publisher(comm._comm_id), items=items)
        self._widget = widget
        self._open = functools.partial(output.open_widget, comm._comm_id)
        # Whether the trait's value is outdated.
        self.stale = False

    def append(self, item: Item) -> None:
        """Add an item."""
        self._open()
        with self._notifying():
            super().append(item)

    def update(self, display_id: str, data: Item, metadata: Item) -> None:
        """Change everything displayed under an id, without notifying the pages."""
        with self._notifying():
            super().update(display_id, data, metadata)

    @contextmanager
    def _notifying(self) -> Iterator[None]:
        widget = self._widget
        if not widget._trait_notifiers.get("outputs"):
            yield
            return
        old = widget.outputs
        yield
        new = widget.outputs
        if new != old:
            change = Bunch(name="outputs", old=old, new=new, owner=widget, type="change")
            # The widget's own `notify_change` would send the whole trait.
            HasTraits.notify_change(widget, change)

    def _changed(self) -> None:
        self.stale = True


def area_of(widget: Any) -> WidgetArea | None:
    """Return an `Output`'s area, created at first use; None while it has no place in a page."""
    comm = widget.comm
    if not isinstance(comm, KernelComm):
        return None
    attributes: dict[str, Any] = widget.__dict__
    area: WidgetArea | None = attributes.get(AREA)
    if area is None:
        area = attributes.setdefault(AREA, WidgetArea(widget, comm))
    return area


def _live(trait_class: type[Any]) -> type[Any]:
    """Return a trait class that reads its value from the area."""

    class LiveOutputs(trait_class):  # type: ignore[misc]
        def get(self, obj: Any, cls: Any = None) -> Any:
            area: WidgetArea | None = obj.__dict__.get(AREA)
            if area is not None:
                area.flush()
                if area.stale:
                    area.stale = False
                    obj._trait_values[self.name] = area.outputs()
            return super().get(obj, cls)

        def set(self, obj: Any, value: Any) -> None:
            if _is_dropped(obj):
                return
            area: WidgetArea | None = obj.__dict__.get(AREA)
            if area is not None:
                old = self.get(obj)
                value = self._validate(obj, value)
                if value != old:
                    # The widget sends the area's content.
                    area.replace(value)
            super().set(obj, value)

    return LiveOutputs


def _enter(self: Any) -> Any:
    comm = self.comm
    scope = current_scope()
    area = None if _is_dropped(self) else area_of(self)
    if area is not None:
        # Without a kernel here, as in a thread of a C library, the widget's own is used.
        enter(self, area, scope or comm.comms.scope)
    elif scope is not None and (comm is None or isinstance(comm, KernelComm)):
        enter(self, _Closed(), scope)
    return self


def _exit(self: Any, etype: Any, error: BaseException | None, trace: Any) -> bool | None:
    scope = current_scope()
    area = leave(self) or self.__dict__.get(AREA)
    # Users don't need to see cancellation and interruption.
    if not isinstance(area, WidgetArea) or scope is None or not isinstance(error, Exception):
        return None
    area.append(error_item(error, scope.kernel, "an Output"))
    return True


class _Closed:
    """Represents the area of an `Output` that has none here: the block's output goes outside.

    But clearing the `Output` must not clear the outside.
    """

    def append(self, item: Item) -> None:
        """Add an item."""
        if item["output_type"] != "clear_output":
            route(item)


def _is_dropped(widget: Any) -> bool:
    """Return whether output to a widget is dropped here, because it is another kernel's."""
    return dropped(widget, "Output to a widget", even_of_dry_run=True)


def _clear_output(self: Any, wait: bool = False) -> None:
    """Clear only the widget."""
    area = None if _is_dropped(self) else area_of(self)
    if area is not None:
        area.append({"output_type": "clear_output", "wait": bool(wait)})
    elif self.outputs:
        self.outputs = ()


def _get_state(self: Any, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
    """Return the state for pages: with large displays by reference."""
    keys = set(self.keys if key is None else [key] if isinstance(key, str) else key)
    has_outputs = AREA in self.__dict__ or self._trait_values.get("outputs")
    area = area_of(self) if has_outputs and "outputs" in keys else None
    if area is None:
        state: dict[str, Any] = _former_get_state(self, key, drop_defaults)
        return state
    state = _former_get_state(self, keys - {"outputs"}, drop_defaults)
    state["outputs"] = list(area.items)
    return state


_former_get_state = Output.get_state


def _append_stream_output(self: Any, text: str, stream_name: str) -> None:
    _append(self, {"output_type": "stream", "name": stream_name, "text": text})


def _append_display_data(self: Any, display_object: Any) -> None:
    data, metadata = InteractiveShell.instance().display_formatter.format(display_object)
    _append(self, {"output_type": "display_data", "data": data, "metadata": metadata})


def _append(widget: Any, item: Item) -> None:
    area = None if _is_dropped(widget) else area_of(widget)
    if area is None:
        # If it is dropped, nothing happens.
        widget.outputs += (item,)
    else:
        area.append(item)


def _capture(self: Any, clear_output: bool = False, *clear_args: Any, **clear_kwargs: Any) -> Any:
    """Decorate a function or coroutine function so that its output appears here."""

    def decorate(func: Callable[..., Any]) -> Callable[..., Any]:
        if inspect.iscoroutinefunction(func):

            @functools.wraps(func)
            async def run_task(*args: Any, **kwargs: Any) -> Any:
                if clear_output:
                    self.clear_output(*clear_args, **clear_kwargs)
                with self:
                    return await func(*args, **kwargs)

            return run_task

        @functools.wraps(func)
        def run(*args: Any, **kwargs: Any) -> Any:
            if clear_output:
                self.clear_output(*clear_args, **clear_kwargs)
            with self:
                return func(*args, **kwargs)

        return run

    return decorate


REPLACED: dict[str, Callable[..., Any]] = {
    "__enter__": _enter,
    "__exit__": _exit,
    "get_state": _get_state,
    "_append_stream_output": _append_stream_output,
    "append_display_data": _append_display_data,
    "clear_output": _clear_output,
    "capture": _capture,
}


def install() -> Callable[[], None]:
    """Replace the methods of `Output` and its trait's class; return what restores them."""
    former = {name: vars(Output).get(name) for name in REPLACED}
    trait = Output.__dict__["outputs"]
    trait_class = type(trait)
    for name, method in REPLACED.items():
        setattr(Output, name, method)
    trait.__class__ = _live(trait_class)

    def uninstall() -> None:
        trait.__class__ = trait_class
        for name, method in former.items():
            if method is None:
                delattr(Output, name)
            else:
                setattr(Output, name, method)

    return uninstall
