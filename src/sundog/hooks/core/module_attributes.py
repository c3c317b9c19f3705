"""Attributes of modules that each kernel sets for itself: `sys.excepthook` and the like.

A module's attribute is one per process. Here the module's class has a property in its place:
what is assigned while a kernel runs is that kernel's own, and everybody else finds what was there
before. The module's own dict, in which Python itself looks, gets a function that calls whichever
holds in the running kernel.
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
    """What one kernel's code has assigned, by module and attribute."""

    def __init__(self) -> None:
        self.values: dict[Key, Any] = {}
        self.make_shared: dict[Key, Callable[[Any], None]] = {}

    def end(self) -> None:
        """Forget everything."""
        self.values.clear()
        self.make_shared.clear()

    def share(self) -> None:
        """Assign the same for all."""
        for key, value in list(self.values.items()):
            self.make_shared[key](value)
        self.end()


def own_attribute(kernel: Kernel, module: str, name: str) -> Any:
    """Return what a kernel's code has assigned to a module's attribute; None if nothing."""
    state = find_owned(kernel, OwnAttributes)
    return None if state is None else state.values.get((module, name))


class KernelAttribute:
    """Stands in a module's class for one attribute."""

    def __init__(self, module: ModuleType, name: str, *, called: bool) -> None:
        self._module = module
        self._name = name
        self._key = (module.__name__, name)
        self._called = called
        # What holds outside of kernels, where the module's dict has a function of ours.
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
        """What holds outside of kernels."""
        return self._shared if self._called else vars(self._module)[self._name]

    def __set__(self, module: Any, value: Any) -> None:
        kernel = running_kernel()
        if kernel is None:
            self.set_shared(value)
            return
        state = owned(kernel, OwnAttributes)
        if value is self.shared:
            # It is put back, as far as the kernel can tell.
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
        """Put into the module's dict what holds outside of kernels."""
        if self._called:
            vars(self._module)[self._name] = self._shared


def install(
    module: ModuleType, called: Iterable[str], read: Iterable[str] = ()
) -> Callable[[], None]:
    """Make attributes of a module each kernel's own; return what undoes that.

    `called` are functions that Python itself takes from the module's dict, and calls; `read` are
    values that are taken from the module as others take them, by asking it. A name that this
    version of the module does not have is left out.
    """
    former = type(module)
    names = [(name, True) for name in called] + [(name, False) for name in read]
    attributes = {
        name: KernelAttribute(module, name, called=is_called)
        for name, is_called in names
        if name in vars(module)
    }
    body = {"__module__": former.__module__, "__qualname__": former.__qualname__, **attributes}
    # The type checker knows only of modules whose class is fixed.
    changed: Any = module
    changed.__class__ = type(former.__name__, (former,), body)

    def uninstall() -> None:
        changed.__class__ = former
        for attribute in attributes.values():
            attribute.restore()

    return uninstall
