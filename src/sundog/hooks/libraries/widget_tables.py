"""Each kernel has its own version of tables in which libraries store widgets.

Upstream reason: some libraries store widgets in a dict of the process for later calls, such as the
current figure, or widgets by name. In another kernel, such a widget does not work, and after its
kernel has ended it is useless.

Every kernel starts with the content of a table after its module's import.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, Final

from sundog.hooks.core.after_import import after_import
from sundog.hooks.core.kernel_dict import KernelDict
from sundog.hooks.core.replaced import Replaced
from sundog.kernel import current_kernel

# By module, the names of its dicts.
TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    # Figures, scales and marks that pyplot drew last.
    "bqplot.pyplot": ("_context",),
}
# Functions that bind a module's table to a new dict, given as an argument.
SETTERS: Final[Mapping[str, tuple[str, str]]] = {"bqplot.pyplot": ("set_context", "_context")}


class KernelTable(KernelDict):
    """A dict that each kernel may change for itself, including the dicts and lists in it."""

    def __getitem__(self, key: Any) -> Any:
        value = super().__getitem__(key)
        if current_kernel() is None or type(value) not in (dict, list, set):
            return value
        own = self._own()
        if own is None or key not in own:
            self[key] = value = _copy(value)
        return value


def _copy(value: Any) -> Any:
    if type(value) is dict:
        return {key: _copy(item) for key, item in value.items()}
    return type(value)(map(_copy, value)) if type(value) in (list, set) else value


def install() -> Callable[[], None]:
    """Wait for the libraries; return a function that restores their dicts."""

    def replace(module: ModuleType, replaced: Replaced) -> None:
        for name in TABLES[module.__name__]:
            former = getattr(module, name, None)
            # Other versions of a library may not have them.
            if type(former) is dict:
                replaced.set(module, name, KernelTable(former))
        if module.__name__ in SETTERS:
            setter, table = SETTERS[module.__name__]
            former = getattr(module, setter, None)
            if former is not None:
                refill = functools.wraps(former)(_refill(getattr(module, table)))
                replaced.set(module, setter, refill)

    return after_import(dict.fromkeys(TABLES, replace))


def _refill(table: KernelTable) -> Callable[[Mapping[Any, Any]], None]:
    def set_context(context: Mapping[Any, Any]) -> None:
        held = dict(context)
        table.clear()
        table.update(held)

    return set_context
