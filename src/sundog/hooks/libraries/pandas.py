"""Options of pandas, such as `display.max_rows`, are each kernel's own.

Upstream reason: pandas keeps its options in one dict per process, so that what one user chooses
would change the tables of all. Options that say how pandas computes stay shared: they are read
where it has to be fast.

pandas is never imported from here: the hook waits until the app does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

from sundog.hooks.core.after_import import after_import
from sundog.hooks.core.kernel_dict import KernelDict
from sundog.hooks.core.owned import owned, running_kernel
from sundog.hooks.core.replaced import Replaced

# How tables and plots look, and how they are written.
GROUPS: Final = ("display", "styler", "plotting", "io")


class SetOptions:
    """The options that one kernel's code has set."""

    def __init__(self) -> None:
        self.by_name: dict[tuple[int, str], tuple[Options, Any]] = {}

    def end(self) -> None:
        """Forget them."""
        self.by_name.clear()

    def share(self) -> None:
        """Set them for all."""
        for (_, name), (options, value) in self.by_name.items():
            options[name] = value
        self.by_name.clear()


class Options(KernelDict):
    """A group of options."""

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value)
        kernel = running_kernel()
        if kernel is not None:
            owned(kernel, SetOptions).by_name[id(self), name] = self, value


def install() -> Callable[[], None]:
    """Wait for pandas; return what gives it its dicts back."""
    # It registers the options of the groups.
    return after_import({"pandas.core.config_init": _patch})


def _patch(_: ModuleType, replaced: Replaced) -> None:
    config = getattr(sys.modules.get("pandas._config.config"), "_global_config", None)
    if isinstance(config, dict):
        _wrap(config, replaced, GROUPS)


def _wrap(parent: dict[str, Any], replaced: Replaced, names: tuple[str, ...]) -> None:
    for name in names:
        group = parent.get(name)
        if type(group) is dict:
            _wrap(group, replaced, tuple(group))
            replaced.callback(parent.__setitem__, name, group)
            parent[name] = Options(group)
