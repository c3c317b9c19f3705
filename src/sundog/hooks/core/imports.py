"""Modules run outside of any kernel, whichever kernel imports them first.

Upstream reason: a module is imported once per process, by the first kernel that needs it. Objects
that its top level creates (widgets, comms, loggers, threads) are for all kernels and must not
belong to one.

The meta path finder finds nothing itself. It asks the finders after it, and makes the loader of a
module run the module's code outside of the kernel.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from sundog.kernel import current_kernel
from sundog.scope import scoped


class NeutralFinder(importlib.abc.MetaPathFinder):
    """Must be first on ``sys.meta_path``."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec that another finder finds, and show what is imported."""
        kernel = current_kernel()
        if kernel is None:
            return None
        for finder in sys.meta_path:
            find_spec = getattr(finder, "find_spec", None)
            if isinstance(finder, NeutralFinder) or find_spec is None:
                continue
            spec: importlib.machinery.ModuleSpec | None = find_spec(fullname, path, target)
            if spec is not None:
                kernel.on_progress(f"Importing {fullname}…")
                _neutralise(spec.loader)
                return spec
        return None


def _neutralise(loader: Any) -> None:
    # Some loaders are classes without an instance to change. They load built-in and frozen modules,
    # which create no widgets.
    if isinstance(loader, type) or "exec_module" in getattr(loader, "__dict__", ()):
        return
    execute = getattr(loader, "exec_module", None)
    if execute is None:
        return

    def exec_module(module: ModuleType) -> None:
        with scoped(None):
            execute(module)

    # A loader that can't be changed runs its module as before.
    with contextlib.suppress(AttributeError):
        loader.exec_module = exec_module


def install() -> Callable[[], None]:
    """Put the finder first; return a function that removes it."""
    finder = NeutralFinder()
    sys.meta_path.insert(0, finder)

    def uninstall() -> None:
        sys.meta_path.remove(finder)

    return uninstall
