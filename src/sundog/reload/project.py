"""The modules of the project: which they are, which import which, and dropping them."""

from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.util
import site
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import sundog
from sundog.kernel import StartCallback, StartCallbacks, start_callbacks

SOURCE_SUFFIXES = (".py",)


def installed_places() -> tuple[Path, ...]:
    """Return the folders of installed modules, which belong to no project."""
    found = [Path(sundog.__file__).parent]
    for name in ("stdlib", "platstdlib", "purelib", "platlib"):
        found.append(Path(sysconfig.get_path(name)))
    found += map(Path, site.getsitepackages())
    found.append(Path(site.getusersitepackages()))
    if sys.prefix != sys.base_prefix:
        # Everything else in an environment, such as the packages of other tools.
        found.append(Path(sys.prefix))
    return tuple(dict.fromkeys(path.resolve() for path in found))


class Project:
    """Knows which of the imported modules are the project's."""

    def __init__(
        self,
        places: Iterable[Path] | None = None,
        *,
        callbacks: StartCallbacks = start_callbacks,
    ) -> None:
        self._installed = installed_places() if places is None else tuple(places)
        self._callbacks = callbacks
        self._known: dict[str, bool] = {}

    def owns(self, file: str) -> bool:
        """Whether a file belongs to the project, and not to an installed package."""
        known = self._known.get(file)
        if known is None:
            resolved = Path(file).resolve()
            known = not any(resolved.is_relative_to(place) for place in self._installed)
            self._known[file] = known
        return known

    def modules(self) -> dict[str, Path]:
        """Return the project's imported modules, by name, with their files."""
        found = {}
        for name, module in list(sys.modules.items()):
            file = _file_of(module)
            if file is not None and name != "__main__" and self.owns(file):
                found[name] = Path(file)
        return found

    def namespaces(self) -> dict[str, dict[str, Any]]:
        """Return the variables of the project's modules, by module."""
        return {name: vars(sys.modules[name]) for name in self.modules()}

    def drop(self, changed: Iterable[Path]) -> Dropped:
        """Drop the modules of changed files, and all modules that import them."""
        modules = self.modules()
        files = {path.resolve() for path in changed}
        names = {name for name, path in modules.items() if path.resolve() in files}
        names = importers(names, modules)
        dropped = Dropped(self, self._callbacks)
        for name in names:
            dropped.take(name, modules[name])
        importlib.invalidate_caches()
        return dropped


@dataclass(slots=True)
class Dropped:
    """Dropped modules, and what else to restore if the new code fails."""

    _project: Project
    _callbacks: StartCallbacks
    _modules: dict[str, ModuleType] = field(default_factory=dict)
    _attributes: list[tuple[ModuleType, str, object]] = field(default_factory=list)
    _removed: tuple[StartCallback, ...] = ()
    _before: frozenset[str] = frozenset()

    def take(self, name: str, path: Path) -> None:
        """Drop one module."""
        if not self._modules:
            self._before = frozenset(self._project.modules())
        module = sys.modules.pop(name)
        self._modules[name] = module
        parent_name, _, own = name.rpartition(".")
        parent = sys.modules.get(parent_name)
        # `from package import module` finds it there before it asks for an import.
        if parent is not None and vars(parent).get(own) is module:
            delattr(parent, own)
            self._attributes.append((parent, own, module))
        # Python recognises compiled code by the second of its source's change, and its length.
        with contextlib.suppress(OSError, NotImplementedError):
            Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)
        self._removed += self._callbacks.remove_of(name)

    def put_back(self) -> None:
        """Restore the former modules, and drop those that were imported instead."""
        for name in set(self._project.modules()) - (self._before - set(self._modules)):
            sys.modules.pop(name, None)
            self._callbacks.remove_of(name)
        sys.modules.update(self._modules)
        for parent, own, module in self._attributes:
            setattr(parent, own, module)
        for callback in self._removed:
            self._callbacks.add(callback)

    @property
    def namespaces(self) -> dict[str, dict[str, Any]]:
        """The variables of the dropped modules, by module."""
        return {name: vars(module) for name, module in self._modules.items()}


def importers(names: Iterable[str], modules: Mapping[str, Path]) -> set[str]:
    """Return modules and all that import them, directly or indirectly."""
    imported_by: dict[str, set[str]] = {}
    for name, path in modules.items():
        for target in _imports(name, path, modules):
            imported_by.setdefault(target, set()).add(name)
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(imported_by.get(name, ()))
    return found


def _imports(name: str, path: Path, modules: Mapping[str, Path]) -> Iterator[str]:
    """Yield the project's modules that a module imports, or has taken something from."""
    module = sys.modules.get(name)
    for own, value in list(vars(module).items()) if module is not None else ():
        origin = value.__name__ if isinstance(value, ModuleType) else _defined_in(value)
        if origin == f"{name}.{own}":
            # Whoever imported it, a module is an attribute of its package.
            continue
        if origin is not None and origin in modules and origin != name:
            yield origin
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            wanted = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        else:
            continue
        yield from (each for each in wanted if each in modules and each != name)


def _defined_in(value: object) -> str | None:
    origin = getattr(value, "__module__", None) if callable(value) else None
    return origin if isinstance(origin, str) else None


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, *filter(None, [node.module])])


def _file_of(module: object) -> str | None:
    # By `__dict__`, because lazily loaded modules must not be loaded for this.
    try:
        path = object.__getattribute__(module, "__dict__").get("__file__")
    except (AttributeError, TypeError):
        return None
    return path if isinstance(path, str) and path.endswith(SOURCE_SUFFIXES) else None
