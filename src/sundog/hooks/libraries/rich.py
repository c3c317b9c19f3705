"""Each kernel has its own console of rich, which `rich.print` and progress bars use.

Upstream reason: rich has one console per process. It stores which display is live and what is being
recorded, and these must not mix between kernels.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

from sundog.hooks.core.after_import import after_import
from sundog.hooks.core.replaced import Replaced
from sundog.kernel import current_kernel

_KEY = "rich's console"


def install() -> Callable[[], None]:
    """Wait for rich; return a function that undoes all replacements."""

    def patch(module: ModuleType, replaced: Replaced) -> None:
        for name in ("get_console", "reconfigure"):
            replaced.set(module, name, _for_kernels(name, getattr(module, name)))

    return after_import({"rich": patch})


def _for_kernels(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def in_kernel(*args: Any, **kwargs: Any) -> Any:
        kernel = current_kernel()
        if kernel is None:
            return function(*args, **kwargs)
        Console = importlib.import_module("rich.console").Console
        console = kernel.local(_KEY, Console)
        if name == "reconfigure":
            # As in rich: everyone with a reference to the console sees the change.
            vars(console).update(vars(Console(*args, **kwargs)))
            return None
        return console

    return in_kernel
