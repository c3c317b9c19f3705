"""Widgets made at import, outside of any kernel, exist once per kernel.

Upstream reason: libraries make widgets when they are imported (a theme, a canvas manager, a loader
of shared code) and use them from every widget of theirs. In Jupyter one process is one user; here
each kernel needs its own.

Such a widget becomes a *template*. Outside of kernels it is what it was. Under a kernel every
access to its attributes goes to that kernel's *twin*: a widget of the same class with the
template's state, made when the kernel first touches it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import MethodType
from typing import Any

from ipywidgets.widgets.widget import CallbackDispatcher
from traitlets.traitlets import EventHandler

from sundog.kernel.context import current_kernel

OpenWidget = Callable[[Any], None]

# What belongs to one widget only and is not copied to its twin.
OWN_TRAITS = frozenset({"comm", "_property_lock", "_states_to_send"})
OWN_ATTRIBUTES = frozenset(
    {"_trait_values", "_trait_notifiers", "_trait_validators", "_cross_validation_lock"}
)


def become_template(widget: Any, open_widget: OpenWidget) -> None:
    """Turn a widget that was made outside of any kernel into a template."""
    original: Any = type(widget)
    if getattr(original, "_sundog_template", False):
        return
    widget.__class__ = _template_class(original, open_widget)


@functools.cache
def _template_class(original: Any, open_widget: OpenWidget) -> Any:
    def twin(template: Any) -> Any:
        kernel = current_kernel()
        if kernel is None:
            return None
        return kernel.local(("twin", id(template)), lambda: _make_twin(template))

    def _make_twin(template: Any) -> Any:
        made = original.__new__(original)
        _copy_state(template, made)
        open_widget(made)
        return made

    def __getattribute__(self: Any, name: str) -> Any:
        own = twin(self)
        return original.__getattribute__(self, name) if own is None else getattr(own, name)

    def __setattr__(self: Any, name: str, value: Any) -> None:
        own = twin(self)
        if own is None:
            original.__setattr__(self, name, value)
        else:
            setattr(own, name, value)

    def __delattr__(self: Any, name: str) -> None:
        own = twin(self)
        if own is None:
            original.__delattr__(self, name)
        else:
            delattr(own, name)

    body = {
        "__module__": original.__module__,
        "__qualname__": original.__qualname__,
        "__doc__": original.__doc__,
        "__getattribute__": __getattribute__,
        "__setattr__": __setattr__,
        "__delattr__": __delattr__,
        "_sundog_template": True,
    }
    return type(original)(original.__name__, (original,), body)


def _copy_state(template: Any, twin: Any) -> None:
    """Give a new widget the template's state, and handlers of its own where they were bound."""
    state = object.__getattribute__(template, "__dict__")

    def rebound(value: Any) -> Any:
        if isinstance(value, MethodType) and value.__self__ is template:
            return MethodType(value.__func__, twin)
        if isinstance(value, CallbackDispatcher):
            copied = CallbackDispatcher()
            copied.callbacks = [rebound(callback) for callback in value.callbacks]
            return copied
        if type(value) in (list, dict, set):
            return value.copy()
        return value

    for name, value in state.items():
        if name not in OWN_ATTRIBUTES:
            twin.__dict__[name] = rebound(value)
    twin._model_id = None
    for name, value in state["_trait_values"].items():
        if name not in OWN_TRAITS:
            twin._trait_values[name] = rebound(value)
    twin._trait_values["comm"] = None
    for name, by_type in state["_trait_notifiers"].items():
        for kind, handlers in by_type.items():
            for handler in handlers:
                # A handler of the class was registered when the twin was made.
                if not isinstance(handler, EventHandler):
                    twin._add_notifiers(rebound(handler), name, kind)
