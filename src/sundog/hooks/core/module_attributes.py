"""Attributes of modules that each kernel sets for itself, such as `sys.excepthook`.

A process has one value of a module's attribute. Here, the module's class gets a property instead: a
value assigned in a kernel is that kernel's own, and all others see the previous value. The module's
own dict, which Python itself reads, gets a function that calls the value of the running kernel.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from sundog.hooks.core.owned import find_owned, owned, running_kernel
from sundog.scope import Kernel

Key = tuple[str, str]


class OwnAttributes:
    """A kernel's assignments, by module and attribute."""

    def __init__(self) -> None:
        self.values: dict[Key, Any] = {}
        self.make_shared: dict[Key, Callable[[Any], None]] = {}

    def end(self) -> None:
        """Remove everything."""
        self.values.clear()
        self.make_shared.clear()

    def share(self) -> None:
        """Assign the same values for all."""
        for key, value in list(self.values.items()):
            self.make_shared[key](value)
        self.end()


def own_attribute(kernel: Kernel, module: str, name: str) -> Any:
    """Return a kernel's own value of a module's attribute, or None."""
    state = find_owned(kernel, OwnAttributes)
    return None if state is None else state.values.get((module, name))


class KernelAttribute:
    """The property for one attribute in a module's class."""

    def __init__(self, module: ModuleType, name: str, *, called: bool) -> None:
        self._module = module
        self._name = name
        self._key = (module.__name__, name)
        self._called = called
        # The value outside of kernels, if the module's dict has a function of ours.
        self._shared: Any = vars(module)[name]
        if called:
            vars(module)[name] = self._make_caller()

    def _make_caller(self) -> Callable[..., Any]:
        @functools.wraps(self._shared)
        def call_own(*args: Any, **kwargs: Any) -> Any:
            return self.__get__(self._module)(*args, **kwargs)

        return call_own

    def __get__(self, module: Any, cls: Any = None) -> Any:
        if module is None:
            return self
        kernel = running_kernel()
        state = None if kernel is None else find_owned(kernel, OwnAttributes)
        if state is not None and self._key in state.values:
            return state.values[self._key]
        return self.shared

    @property
    def shared(self) -> Any:
        """The value outside of kernels."""
        return self._shared if self._called else vars(self._module)[self._name]

    def __set__(self, module: Any, value: Any) -> None:
        kernel = running_kernel()
        if kernel is None:
            self.set_shared(value)
            return
        state = owned(kernel, OwnAttributes)
        if value is self.shared:
            # The kernel has restored the previous value.
            state.values.pop(self._key, None)
            return
        state.make_shared[self._key] = self.set_shared
        state.values[self._key] = value

    def set_shared(self, value: Any) -> None:
        """Assign for all."""
        if self._called:
            self._shared = value
        else:
            vars(self._module)[self._name] = value

    def restore(self) -> None:
        """Put the value outside of kernels into the module's dict."""
        if self._called:
            vars(self._module)[self._name] = self._shared


def install(
    module: ModuleType, called: Iterable[str], read: Iterable[str] = ()
) -> Callable[[], None]:
    """Make attributes of a module each kernel's own; return a function that undoes this.

    `called` are functions that Python itself reads from the module's dict and calls; `read` are
    values that code reads as attributes. Names that this version of the module does not have are
    left out.
    """
    former = type(module)
    names = [(name, True) for name in called] + [(name, False) for name in read]
    attributes = {
        name: KernelAttribute(module, name, called=is_called)
        for name, is_called in names
        if name in vars(module)
    }
    body = {"__module__": former.__module__, "__qualname__": former.__qualname__, **attributes}
    # The type checker assumes that a module's class never changes.
    changed: Any = module
    changed.__class__ = type(former.__name__, (former,), body)

    def uninstall() -> None:
        changed.__class__ = former
        for attribute in attributes.values():
            attribute.restore()

    return uninstall
