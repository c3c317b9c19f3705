"""Each kernel has its own `sys.excepthook` and similar hooks, and filters of warnings.

Upstream reason: all of these are attributes of modules, so a function that one app assigns would be
called for all errors and warnings, even after its page has been closed.
"""

from __future__ import annotations

import functools
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any, Final, cast

from sundog.hooks.core import module_attributes
from sundog.hooks.core.owned import running_kernel
from sundog.hooks.core.replaced import Replaced

_SYS: Final = ("excepthook", "unraisablehook", "displayhook")
_WARNINGS: Final = ("showwarning", "_showwarnmsg_impl", "formatwarning")


def install() -> Callable[[], None]:
    """Make the attributes each kernel's own; return a function that undoes this."""
    replaced = Replaced()
    replaced.callback(module_attributes.install(sys, _SYS))
    replaced.callback(module_attributes.install(threading, ("excepthook",)))
    replaced.callback(module_attributes.install(warnings, _WARNINGS, ("filters",)))
    module = cast(Any, warnings)
    replaced.set(module, "_add_filter", _add_to_own(module._add_filter))
    replaced.set(module, "resetwarnings", _reset_own(module.resetwarnings))
    return replaced.close


def _add_to_own(original: Callable[..., None]) -> Callable[..., None]:
    """Change only the running kernel's filters, which start as a copy of the shared ones."""

    @functools.wraps(original)
    def add_filter(*item: Any, append: bool) -> None:
        if running_kernel() is None:
            original(*item, append=append)
            return
        filters = [each for each in warnings.filters if each != item]
        if append and len(filters) < len(warnings.filters):
            return
        warnings.filters = [*filters, item] if append else [item, *filters]
        _forget_what_was_shown()

    return add_filter


def _reset_own(original: Callable[[], None]) -> Callable[[], None]:
    @functools.wraps(original)
    def resetwarnings() -> None:
        if running_kernel() is None:
            original()
        else:
            warnings.filters = []
            _forget_what_was_shown()

    return resetwarnings


def _forget_what_was_shown() -> None:
    """Let Python apply the filters again to warnings that it has already shown."""
    mutated = getattr(warnings, "_filters_mutated", None)
    if mutated is not None:
        mutated()
        return
    # Since Python 3.14, the caller holds the lock.
    module = cast(Any, warnings)
    with module._lock:
        module._filters_mutated_lock_held()
