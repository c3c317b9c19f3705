"""Widgets created at import, outside of any kernel, exist once per kernel.

Upstream reason: libraries create widgets when they are imported (a theme, a canvas manager, a
loader of shared code) and use them in all their widgets. In Jupyter, a process has one user; here,
each kernel needs its own.

Such a widget becomes a *template*. Outside of kernels, it is unchanged. In a kernel, every access
to its attributes goes to that kernel's *twin*: a widget of the same class with the template's
state, created when the kernel first uses it.

Some templates are never used directly, such as a component registered for others. Those without a
view are created with the kernel's first widget of the same front-end package.
"""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import MethodType
from typing import TYPE_CHECKING, Any

from ipywidgets.widgets.widget import CallbackDispatcher
from traitlets.traitlets import EventHandler, HasDescriptors

from sundog.kernel import current_kernel
from sundog.scope import Kernel, scoped

if TYPE_CHECKING:
    from sundog.kernel import VirtualKernel

OpenWidget = Callable[[Any], None]

# Copied with their content, down to values that are shared.
CONTAINERS = (tuple, list, dict, set)

# Belong to a single widget and are not copied to its twin.
OWN_TRAITS = frozenset({"comm", "_property_lock", "_states_to_send"})
# The packages whose widgets without a view have no effect of their own.
OWN_PACKAGES = "@jupyter-widgets/"
OWN_ATTRIBUTES = frozenset(
    {
        "_trait_values",
        "_trait_notifiers",
        "_trait_validators",
        "_cross_validation_lock",
        "_sundog_key",
    }
)


def become_template(widget: Any, open_widget: OpenWidget) -> None:
    """Turn a widget created outside of any kernel into a template."""
    original: Any = type(widget)
    if getattr(original, "_sundog_template", False):
        return
    widget.__class__ = _template_class(original, open_widget)


class Companions:
    """The templates without a view, by front-end package, in order of creation."""

    def __init__(self) -> None:
        # Only appended to, each by the importing thread.
        self._by_package: dict[str, list[weakref.ref[Any]]] = {}

    def add(self, widget: Any) -> None:
        """Record a widget that is about to become a template."""
        package = widget._model_module
        if getattr(widget, "_view_name", None) is None and not package.startswith(OWN_PACKAGES):
            self._by_package.setdefault(package, []).append(weakref.ref(widget))

    def open(self, kernel: Kernel, package: str) -> None:
        """Create a kernel's own versions of those of a package that it does not have yet."""
        templates = self._by_package.get(package)
        if templates is None:
            return
        opened = kernel.local((self, package), lambda: [0])
        while opened[0] < len(templates):
            template = templates[opened[0]]()
            # Opening it calls this again.
            opened[0] += 1
            if template is not None:
                # Any access creates the twin.
                _ = template.comm


class _Twin:
    """A kernel's twin of a template, kept alive so that its `id` stays its own."""

    __slots__ = ("template", "widget")

    def __init__(self, template: Any, widget: Any) -> None:
        self.template = template
        self.widget = widget


def _twins_being_made(kernel: VirtualKernel) -> dict[tuple[int, int], _Twin]:
    return kernel.local(_twins_being_made, dict)


def _being_made(kernel: VirtualKernel, template: Any) -> _Twin | None:
    """Return the twin that this thread is opening, because widgets may refer to each other."""
    return _twins_being_made(kernel).get((threading.get_ident(), id(template)))


@contextmanager
def _making(kernel: VirtualKernel | None, twin: _Twin) -> Iterator[None]:
    if kernel is None:
        yield
        return
    key = (threading.get_ident(), id(twin.template))
    making = _twins_being_made(kernel)
    making[key] = twin
    try:
        yield
    finally:
        del making[key]


@functools.cache
def _template_class(original: Any, open_widget: OpenWidget) -> Any:
    def twin(template: Any) -> Any:
        kernel = current_kernel()
        if kernel is None:
            return None
        key = ("twin", id(template))
        known = kernel.peek(key)
        if known is None:
            known = _being_made(kernel, template) or kernel.local(key, lambda: make(template))
        return known.widget

    def make(template: Any) -> _Twin:
        # Its own `__new__` may return the single instance, which is this template.
        made = HasDescriptors.__new__(original)
        _copy_state(template, made)
        known = _Twin(template, made)
        with _making(current_kernel(), known):
            open_widget(made)
        return known

    def __new__(cls: Any, *args: Any, **kwargs: Any) -> Any:
        # Code that creates another object of the same type wants a widget, not a template.
        return original(*args, **kwargs)

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        """Do nothing: the result of `__new__` is complete."""

    def __getattribute__(self: Any, name: str) -> Any:
        if name == "__class__":
            return original
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

    def __del__(self: Any) -> None:
        # A finalizer runs in any kernel, whose twin stays.
        with scoped(None):
            original.__del__(self)

    body = {
        "__module__": original.__module__,
        "__qualname__": original.__qualname__,
        "__doc__": original.__doc__,
        "__new__": __new__,
        "__init__": __init__,
        "__getattribute__": __getattribute__,
        "__setattr__": __setattr__,
        "__delattr__": __delattr__,
        "__del__": __del__,
        "_sundog_template": True,
    }
    return type(original)(original.__name__, (original,), body)


def _copy_state(template: Any, twin: Any) -> None:
    """Give a new widget the template's state, and its own handlers if they were bound."""
    state = object.__getattribute__(template, "__dict__")
    copies: dict[int, Any] = {}

    def own(value: Any) -> Any:
        # By type, because `isinstance` asks a template for its class.
        if type(value) is MethodType and value.__self__ is template:
            return MethodType(value.__func__, twin)
        if issubclass(type(value), CallbackDispatcher):
            copied = CallbackDispatcher()
            copied.callbacks = [own(callback) for callback in value.callbacks]
            return copied
        return own_container(value) if type(value) in CONTAINERS else value

    def own_container(value: Any) -> Any:
        if id(value) in copies:
            return copies[id(value)]
        if type(value) is tuple:
            return tuple(map(own, value))
        copied = copies[id(value)] = type(value)()
        if type(value) is dict:
            copied.update((key, own(item)) for key, item in value.items())
        elif type(value) is list:
            copied.extend(map(own, value))
        else:
            copied.update(value)
        return copied

    for name, value in state.items():
        if name not in OWN_ATTRIBUTES:
            twin.__dict__[name] = own(value)
    twin._model_id = None
    for name, value in state["_trait_values"].items():
        if name not in OWN_TRAITS:
            twin._trait_values[name] = own(value)
    twin._trait_values["comm"] = None
    for name, by_type in state["_trait_notifiers"].items():
        for kind, handlers in by_type.items():
            for handler in handlers:
                # A handler of the class was registered when the twin was created.
                if not issubclass(type(handler), EventHandler):
                    twin._add_notifiers(own(handler), name, kind)
