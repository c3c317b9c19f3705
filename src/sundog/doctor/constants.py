"""Reads from a package's source, without running it, which front end its widgets need."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

MODULE_TRAITS: Final = ("_model_module", "_view_module")
_MAX_BYTES: Final = 4 << 20
_DEPTH: Final = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """A widget module, its version range (empty if unknown), and where the source names it."""

    module: str
    version: str
    where: str


@dataclass(slots=True)
class Sources:
    """The source files of a package, each parsed once."""

    _parsed: dict[Path, ast.Module | None] = field(default_factory=dict)

    def parse(self, path: Path) -> ast.Module | None:
        """Return a file's syntax tree, or None if it can't be read."""
        if path not in self._parsed:
            self._parsed[path] = self._parse(path)
        return self._parsed[path]

    def _parse(self, path: Path) -> ast.Module | None:
        try:
            if path.stat().st_size > _MAX_BYTES:
                return None
            return ast.parse(path.read_bytes(), str(path))
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            return None

    def wishes(self, path: Path) -> Iterator[Wish]:
        """Yield the front ends that the widget classes of a file need."""
        try:
            if b"_module" not in path.read_bytes():
                return
        except OSError:
            return
        tree = self.parse(path)
        if tree is None:
            return
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                yield from self._of_class(node, path)

    def _of_class(self, node: ast.ClassDef, path: Path) -> Iterator[Wish]:
        traits = _assignments(node.body)
        for name in MODULE_TRAITS:
            value = traits.get(name)
            module = self._trait(value, path)
            if module:
                version = self._trait(traits.get(name + "_version"), path) or ""
                yield Wish(module, version, f"{path.name}:{node.lineno} {node.name}")

    def _trait(self, value: ast.expr | None, path: Path) -> str | None:
        """Return the default of a trait: ``Unicode(DEFAULT, …).tag(sync=True)``."""
        while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
            if value.func.attr != "tag":
                break
            value = value.func.value
        if isinstance(value, ast.Call):
            given = value.args[0] if value.args else None
            for keyword in value.keywords:
                if keyword.arg == "default_value":
                    given = keyword.value
            value = given
        return None if value is None else self.text(value, path)

    def text(self, value: ast.expr, path: Path, depth: int = 0) -> str | None:
        """Return an expression's text, or None if only running it would show it."""
        if depth > _DEPTH:
            return None
        if isinstance(value, ast.Constant):
            return value.value if isinstance(value.value, str) else None
        if isinstance(value, ast.Name):
            return self._name(value.id, path, depth)
        if isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name):
            # A module of the same package, as in _frontend.module_name.
            return self._attribute(value.value.id, value.attr, path, depth)
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
            return self._joined([value.left, value.right], path, depth)
        if isinstance(value, ast.JoinedStr):
            parts = [
                part.value if isinstance(part, ast.FormattedValue) else part
                for part in value.values
            ]
            return self._joined(parts, path, depth)
        return None

    def _joined(self, parts: list[ast.expr], path: Path, depth: int) -> str | None:
        texts = [self.text(part, path, depth + 1) for part in parts]
        return None if None in texts else "".join(text or "" for text in texts)

    def _name(self, name: str, path: Path, depth: int) -> str | None:
        tree = self.parse(path)
        if tree is None:
            return None
        value = _assignments(tree.body).get(name)
        if value is not None:
            return self.text(value, path, depth + 1)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level:
                for alias in node.names:
                    if (alias.asname or alias.name) == name:
                        source = _beside(path, node.level, node.module)
                        return self._exported(alias.name, source, depth)
        return None

    def _attribute(self, module: str, name: str, path: Path, depth: int) -> str | None:
        tree = self.parse(path)
        for node in ast.walk(tree) if tree is not None else ():
            if isinstance(node, ast.ImportFrom) and node.level:
                for alias in node.names:
                    if (alias.asname or alias.name) == module:
                        inner = f"{node.module}.{alias.name}" if node.module else alias.name
                        return self._exported(name, _beside(path, node.level, inner), depth)
        return None

    def _exported(self, name: str, source: Path | None, depth: int) -> str | None:
        if source is None:
            return None
        return self.text(ast.Name(name), source, depth + 1)


def _assignments(body: list[ast.stmt]) -> Mapping[str, ast.expr]:
    found: dict[str, ast.expr] = {}
    for node in body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found[target.id] = node.value
        elif isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
            found[node.target.id] = node.value
    return found


def _beside(path: Path, level: int, module: str | None) -> Path | None:
    """Return the file of a relative import."""
    folder = path.parent
    for _ in range(level - 1):
        folder = folder.parent
    target = folder.joinpath(*module.split(".")) if module else folder
    for found in (target.with_suffix(".py"), target / "__init__.py"):
        if found.is_file():
            return found
    return None
