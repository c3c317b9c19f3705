"""Classes that an app's kernels share with its shared functions."""

from __future__ import annotations

import ast
import contextlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from types import FunctionType, ModuleType
from typing import Any, Final

from sundog.kernel import current_kernel
from sundog.sharing.analysis import DECORATOR, NOTHING, Analysis, Fixed, analyse, keeping

logger = logging.getLogger(__name__)

TABLE: Final = "__sundog_classes__"
"""The name of the table in a namespace, a dunder name like others of modules."""

# The versions kept per class: a reload that fails leaves the previous one in use.
_MAX_VERSIONS: Final = 4

_MENTION: Final = DECORATOR.encode()
_PARSE: Final = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT

Key = tuple[str, str]


class KeptClasses:
    """The classes of one namespace, some of which are the same in every kernel's."""

    def __init__(self, namespace: dict[str, Any], file: str, analysis: Analysis) -> None:
        self._namespace = namespace
        self._file = file
        self._analysis = analysis

    def reuse(self, name: str) -> bool:
        """Bind a name to the class that was kept under it; return whether there is one."""
        fixed = self._analysis.classes[name]
        kept = _store.get((self._file, name), fixed.digest)
        if kept is None or not all(
            self._namespace.get(each) is value for each, value in kept.imports.items()
        ):
            return False
        self._namespace[name] = kept.value
        return True

    def keep(self, name: str) -> None:
        """Keep a class that was just created, if its namespace outlives the kernel."""
        kernel = current_kernel()
        value = self._namespace.get(name)
        if kernel is None or not kernel.is_dry_run or not isinstance(value, type):
            return
        # Such a class has its own state, and its objects belong to one kernel.
        if any(each.__module__.partition(".")[0] == "traitlets" for each in value.__mro__):
            return
        fixed = self._analysis.classes[name]
        imports = {each: self._namespace.get(each) for each in fixed.imports}
        _store.put((self._file, name), fixed.digest, _Kept(value, imports))

    def fingerprint(self, function: str) -> tuple[object, ...]:
        """Return everything that results of a shared function depend on besides its own code."""
        fixed = self._analysis.functions.get(function)
        if fixed is None:
            return ()
        return (fixed.digest, *self._imported_code(fixed))

    def _imported_code(self, fixed: Fixed) -> list[tuple[str, int]]:
        # A module that was imported again may do something else. The function keeps it alive.
        found = ((name, self._namespace.get(name)) for name in sorted(fixed.imports))
        code = (ModuleType, FunctionType, type)
        return [(name, id(value)) for name, value in found if isinstance(value, code)]


class _Kept:
    """A class, and the imported objects under the names that it uses."""

    __slots__ = ("imports", "value")

    def __init__(self, value: type, imports: dict[str, Any]) -> None:
        self.value = value
        self.imports = imports


class _Store:
    """All kept classes of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # The lock guards the table.
        self._kept: dict[Key, OrderedDict[str, _Kept]] = {}

    def get(self, key: Key, digest: str) -> _Kept | None:
        with self._lock:
            versions = self._kept.get(key)
            return None if versions is None else versions.get(digest)

    def put(self, key: Key, digest: str, kept: _Kept) -> None:
        with self._lock:
            versions = self._kept.setdefault(key, OrderedDict())
            versions[digest] = kept
            versions.move_to_end(digest)
            while len(versions) > _MAX_VERSIONS:
                versions.popitem(last=False)


# Global, because apps have no server object for it, like the results of shared functions.
_store = _Store()


def analyse_sources(sources: Sequence[str | bytes]) -> Analysis:
    """Return which classes of an app to keep.

    Args:
        sources: The source of a script, or of a notebook's cells. Others than Python are ignored.
    """
    texts = (each.encode() if isinstance(each, str) else each for each in sources)
    if not any(_MENTION in text for text in texts):
        return NOTHING
    trees = []
    for source in sources:
        with contextlib.suppress(SyntaxError, ValueError):
            tree = compile(source, "<app>", "exec", flags=_PARSE, dont_inherit=True)
            assert isinstance(tree, ast.Module)
            trees.append(tree)
    try:
        return analyse(trees)
    except (SyntaxError, ValueError, RecursionError) as error:
        logger.debug("no classes are kept: %s", error)
        return NOTHING


def keep_classes(tree: ast.Module, analysis: Analysis) -> ast.Module:
    """Return code that runs class statements only if their classes have not been kept."""
    return keeping(tree, analysis.classes, TABLE) if analysis.classes else tree
