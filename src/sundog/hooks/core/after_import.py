"""Changes a library after it has been imported, without importing it."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from sundog.hooks.core.replaced import Replaced
from sundog.scope import scoped

OnImport = Callable[[ModuleType], None]
Patch = Callable[[ModuleType, Replaced], None]


class AfterImport(importlib.abc.MetaPathFinder):
    """Finds nothing itself: it asks the other finders, and makes their loaders call back."""

    def __init__(self, callbacks: Mapping[str, OnImport]) -> None:
        self._callbacks = callbacks
        # Other finders ask the rest of ``sys.meta_path`` as this one does.
        self._asking: set[tuple[int, str]] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return another finder's spec, with a loader that calls back after the import."""
        asking = (threading.get_ident(), fullname)
        if fullname not in self._callbacks or asking in self._asking:
            return None
        self._asking.add(asking)
        try:
            spec = self._ask_others(fullname, path, target)
        finally:
            self._asking.discard(asking)
        if spec is not None and spec.loader is not None:
            _call_back(spec.loader, self._callbacks[fullname])
        return spec

    def _ask_others(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None
    ) -> importlib.machinery.ModuleSpec | None:
        for finder in sys.meta_path:
            find_spec = getattr(finder, "find_spec", None)
            if finder is self or find_spec is None:
                continue
            spec: importlib.machinery.ModuleSpec | None = find_spec(fullname, path, target)
            if spec is not None:
                return spec
        return None


def _call_back(loader: Any, callback: OnImport) -> None:
    execute = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        execute(module)
        with scoped(None):
            callback(module)

    loader.exec_module = exec_module


def after_import(patches: Mapping[str, Patch]) -> Callable[[], None]:
    """Patch each module after its import, or now; return a function that ends and undoes this."""
    replaced = Replaced()
    callbacks = {name: _patching(patch, replaced) for name, patch in patches.items()}
    finder = AfterImport(callbacks)
    sys.meta_path.insert(0, finder)
    for name, callback in callbacks.items():
        module = sys.modules.get(name)
        if module is not None:
            with scoped(None):
                callback(module)

    def undo() -> None:
        sys.meta_path.remove(finder)
        replaced.close()

    return undo


def _patching(patch: Patch, replaced: Replaced) -> OnImport:
    return lambda module: patch(module, replaced)
