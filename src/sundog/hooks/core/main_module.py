"""``__main__`` is the app that the running kernel executes.

Upstream reason: an app's code runs with ``__name__ == "__main__"``, so its classes and functions
name ``__main__`` as their module. dataclasses, typing, pydantic, pickle and others look that module
up in ``sys.modules`` and would find the server's. The replacement shows the namespace of the run in
a kernel that runs an app, and the process's own ``__main__`` elsewhere.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from sundog.scope import current_scope

NAMES = ("__main__", "__mp_main__")


class KernelMain(ModuleType):
    """Replaces ``__main__``; every access goes to the current namespace."""

    def __init__(self, own: ModuleType) -> None:
        super().__init__("__main__")
        # The names that it has outside of kernels.
        ModuleType.__setattr__(self, "_sundog_own", vars(own))

    def __getattribute__(self, name: str) -> Any:
        namespace = _namespace(self)
        if name == "__dict__":
            return namespace
        try:
            return namespace[name]
        except KeyError:
            if name in ("__file__", "__path__"):
                # The module type answers for these from what is not our namespace.
                raise AttributeError(f"module '__main__' has no attribute {name!r}") from None
            return super().__getattribute__(name)

    def __setattr__(self, name: str, value: Any) -> None:
        _namespace(self)[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del _namespace(self)[name]
        except KeyError:
            raise AttributeError(f"module '__main__' has no attribute {name!r}") from None

    def __dir__(self) -> list[str]:
        return sorted(_namespace(self))


def _namespace(module: KernelMain) -> dict[str, Any]:
    scope = current_scope()
    if scope is not None and scope.namespace:
        return scope.namespace
    own: dict[str, Any] = ModuleType.__getattribute__(module, "_sundog_own")
    return own


def pin(namespace: dict[str, Any]) -> None:
    """Make a namespace that of ``__main__`` outside of kernels, too: in a process of its own."""
    module = sys.modules["__main__"]
    if namespace and isinstance(module, KernelMain):
        ModuleType.__setattr__(module, "_sundog_own", namespace)


def install() -> Callable[[], None]:
    """Put the module in the place of ``__main__``; return what puts the former one back."""
    former = sys.modules["__main__"]
    stand_in = KernelMain(former)
    # multiprocessing knows it by a second name as well.
    names = [name for name in NAMES if sys.modules.get(name) is former]
    for name in names:
        sys.modules[name] = stand_in

    def uninstall() -> None:
        for name in names:
            if sys.modules.get(name) is stand_in:
                sys.modules[name] = former

    return uninstall
