"""ipywidgets' `Output` catches what its block prints and displays, per thread and per task.

Upstream reason: in Jupyter an `Output` tells the page to catch all answers to the message that is
being handled, and the page sends the outputs back. Here the server is the authority: an `Output`
is an output area. Its ``outputs`` trait is kept current without sending the whole of it with each
change; the pages get the changes only.

An `Output` keeps at most `sundog.output.outputs.OutputLimits`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, cast

from IPython.core.interactiveshell import InteractiveShell
from ipywidgets import Output
from traitlets import Bunch, HasTraits

from sundog.hooks.core.tracebacks import error_item
from sundog.kernel.comm import KernelComm
from sundog.kernel.kernel import VirtualKernel
from sundog.output.areas import KernelArea
from sundog.output.layers import enter, leave
from sundog.output.outputs import Item, OutputStore
from sundog.scope import current_scope

AREA = "_sundog_area"


class OutputArea(KernelArea):
    """The area of one `Output` widget."""

    def __init__(self, widget: Any, comm: KernelComm) -> None:
        kernel = cast(VirtualKernel, comm.kernel)
        super().__init__(
            kernel,
            functools.partial(kernel.publish_output, comm._comm_id),
            OutputStore(items=widget._trait_values.get("outputs", ())),
        )
        self._widget = widget
        self.stale = False

    def append(self, item: Item) -> None:
        """Take one item, and tell those who observe the widget's outputs."""
        widget = self._widget
        observed = widget._trait_notifiers.get("outputs")
        old = widget.outputs if observed else None
        super().append(item)
        if observed:
            change = Bunch(name="outputs", old=old, new=widget.outputs, owner=widget, type="change")
            # The widget's own `notify_change` would send the whole trait.
            HasTraits.notify_change(widget, change)

    def _changed(self) -> None:
        self.stale = True


def area_of(widget: Any) -> OutputArea | None:
    """Return an `Output`'s area, made at its first use; None while it has no place in a page."""
    comm = widget.comm
    if not isinstance(comm, KernelComm):
        return None
    attributes: dict[str, Any] = widget.__dict__
    area: OutputArea | None = attributes.get(AREA)
    if area is None:
        area = attributes.setdefault(AREA, OutputArea(widget, comm))
    return area


def _live(trait_class: type[Any]) -> type[Any]:
    """Return a trait class whose value is taken from the area when somebody asks for it."""

    class LiveOutputs(trait_class):  # type: ignore[misc]
        def get(self, obj: Any, cls: Any = None) -> Any:
            area: OutputArea | None = obj.__dict__.get(AREA)
            if area is not None:
                snapshot = area.snapshot()
                if area.stale:
                    area.stale = False
                    obj._trait_values[self.name] = snapshot
            return super().get(obj, cls)

        def set(self, obj: Any, value: Any) -> None:
            self.get(obj)
            super().set(obj, value)
            area: OutputArea | None = obj.__dict__.get(AREA)
            if area is not None:
                area.replace(obj._trait_values[self.name])

    return LiveOutputs


def _enter(self: Any) -> Any:
    comm = self.comm
    if isinstance(comm, KernelComm):
        # Without a kernel here, as in a thread that a C library made, the widget's own will do.
        scope = current_scope() or comm.comms.scope
        comm.comm_id  # noqa: B018 - raises where another kernel's widget is used
        area = area_of(self)
        if area is not None:
            enter(area, area, scope)
    return self


def _exit(self: Any, etype: Any, error: BaseException | None, trace: Any) -> bool | None:
    area: OutputArea | None = self.__dict__.get(AREA)
    if area is None:
        return None
    # Cancellation and interruption are not for the eyes of a user.
    shown = isinstance(error, Exception) and current_scope() is not None
    if shown and error is not None:
        area.append(error_item(error, area._kernel, "an Output"))
    leave(area)
    return True if shown else None


def _append_stream_output(self: Any, text: str, stream_name: str) -> None:
    _append(self, {"output_type": "stream", "name": stream_name, "text": text})


def _append_display_data(self: Any, display_object: Any) -> None:
    data, metadata = InteractiveShell.instance().display_formatter.format(display_object)
    _append(self, {"output_type": "display_data", "data": data, "metadata": metadata})


def _append(widget: Any, item: Item) -> None:
    area = area_of(widget)
    if area is None:
        widget.outputs += (item,)
    else:
        area.append(item)


def _capture(self: Any, clear_output: bool = False, *clear_args: Any, **clear_kwargs: Any) -> Any:
    """Decorate a function or coroutine function: what it prints and displays appears here."""

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
    "_append_stream_output": _append_stream_output,
    "append_display_data": _append_display_data,
    "capture": _capture,
}


def install() -> Callable[[], None]:
    """Replace the methods of `Output` and its trait's class; return what restores them."""
    former = {name: vars(Output)[name] for name in REPLACED}
    trait = Output.__dict__["outputs"]
    trait_class = type(trait)
    for name, method in REPLACED.items():
        setattr(Output, name, method)
    trait.__class__ = _live(trait_class)

    def uninstall() -> None:
        trait.__class__ = trait_class
        for name, method in former.items():
            setattr(Output, name, method)

    return uninstall
