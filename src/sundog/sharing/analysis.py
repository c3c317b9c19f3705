"""Finds the classes of an app that can be the same in every kernel. Reads source only.

An app's code runs for every kernel, and a class statement that runs twice creates two classes. The
result of a shared function has the classes of one run, so `isinstance` and equality would fail in
the others. These classes can be kept instead of created again, if nothing can see the difference:
they have no state, and use nothing of the namespace that differs between kernels.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sundog.sharing.class_rules import (
    Definition,
    bound_in,
    changed_in,
    globals_of,
    holds_no_state,
    is_constant,
    is_made,
    last_name,
    single_target,
)

DECORATOR: Final = "shared"


# The names of every module, which don't change.
_OF_MODULES: Final = frozenset(("__file__", "__name__", "__doc__", "__package__", "__spec__"))


@dataclass(frozen=True, slots=True)
class Fixed:
    """A definition that is the same in every kernel.

    Attributes:
        digest: A hash of its source, and of the source of all definitions that it uses.
        imports: The imported names that it or one of those uses.
    """

    digest: str
    imports: frozenset[str]


@dataclass(frozen=True, slots=True)
class Analysis:
    """The result of analysing an app's source.

    Attributes:
        classes: The classes to keep, by name.
        functions: The shared functions, by name.
    """

    classes: Mapping[str, Fixed] = field(default_factory=dict)
    functions: Mapping[str, Fixed] = field(default_factory=dict)


NOTHING: Final = Analysis()


def analyse(trees: Sequence[ast.Module]) -> Analysis:
    """Return what to keep of an app with these parts (one script, or many cells)."""
    source = _Source(trees)
    shared = [each for each in source.functions if _is_shared(each)]
    if not shared:
        return NOTHING
    classes: dict[str, Fixed] = {}
    functions: dict[str, Fixed] = {}
    for function in shared:
        reached = source.reach(function.name)
        functions[function.name] = source.fixed(function.name, reached)
        for name in reached:
            if source.makes_class(name) and name not in classes:
                below = source.reach(name)
                if all(map(source.is_constant, below)):
                    classes[name] = source.fixed(name, below)
    return Analysis(classes, functions)


def keeping(tree: ast.Module, names: Iterable[str], table: str) -> ast.Module:
    """Return code that runs a class statement only if the class has not been kept.

    Args:
        tree: The code of a script or cell; it is changed.
        names: The classes to keep.
        table: The name of the `sundog.sharing.classes.KeptClasses` in the namespace.
    """
    wanted = frozenset(names)
    tree.body = [
        each if (name := _class_made_by(each)) not in wanted else _guarded(each, str(name), table)
        for each in tree.body
    ]
    return tree


def _class_made_by(statement: ast.stmt) -> str | None:
    """Return the name of the class that a statement may create."""
    if isinstance(statement, ast.ClassDef):
        return statement.name
    found = single_target(statement)
    return None if found is None else found[0]


def _guarded(statement: ast.stmt, name: str, table: str) -> ast.If:
    def call(method: str) -> ast.Call:
        target = ast.Attribute(ast.Name(table, ast.Load()), method, ast.Load())
        return ast.Call(target, [ast.Constant(name)], [])

    guarded = ast.If(
        test=ast.UnaryOp(ast.Not(), call("reuse")),
        body=[statement, ast.Expr(call("keep"))],
        orelse=[],
    )
    return ast.fix_missing_locations(ast.copy_location(guarded, statement))


def _is_shared(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(last_name(each) == DECORATOR for each in function.decorator_list)


class _Source:
    """The names that an app binds at its top level, and the names that they use."""

    def __init__(self, trees: Sequence[ast.Module]) -> None:
        self.definitions: dict[str, Definition] = {}
        # Classes that are created by calls.
        self.made: dict[str, ast.stmt] = {}
        self.imports: set[str] = set()
        # Names that are bound more than once, or to values that may differ between kernels.
        self.variable: set[str] = set()
        self.constants: dict[str, ast.stmt] = {}
        # Names that are changed by assignments to their attributes.
        self.changed: set[str] = set()
        for tree in trees:
            for statement in tree.body:
                self._bind(statement)
            self._note_changes(tree)

    @property
    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        """All functions."""
        found = self.definitions.values()
        return [each for each in found if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))]

    def makes_class(self, name: str) -> bool:
        """Return whether a name is a class that the app creates."""
        return name in self.made or isinstance(self.definitions.get(name), ast.ClassDef)

    def reach(self, name: str) -> set[str]:
        """Return a name and all names that its definition uses, directly or indirectly."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            each = waiting.pop()
            if each in found:
                continue
            found.add(each)
            definition = self._statement(each)
            if definition is not None:
                waiting.extend(globals_of(definition))
        return found

    def fixed(self, name: str, reached: Iterable[str]) -> Fixed:
        """Return the digest of the definitions that a name uses, and the imports among them."""
        digest = hashlib.sha256(name.encode())
        for each in sorted(reached):
            found = self._statement(each)
            if found is not None:
                digest.update(f"\n{each}={ast.dump(found)}".encode())
        return Fixed(digest.hexdigest(), frozenset(filter(self._is_imported, reached)))

    def _statement(self, name: str) -> ast.stmt | None:
        """Return the statement that binds a name, unless it is an import."""
        return self.definitions.get(name) or self.made.get(name) or self.constants.get(name)

    def _is_imported(self, name: str) -> bool:
        if name in self.imports:
            return True
        known = name in self.definitions or name in self.made or name in self.constants
        return "*" in self.imports and not known and not hasattr(builtins, name)

    def is_constant(self, name: str) -> bool:
        """Return whether a name means the same in every kernel."""
        if name in self.variable:
            return False
        if self._is_imported(name):
            return True
        if name in self.made or name in self.constants:
            return name not in self.changed
        definition = self.definitions.get(name)
        if isinstance(definition, ast.ClassDef):
            return name not in self.changed and holds_no_state(definition)
        return definition is not None or hasattr(builtins, name) or name in _OF_MODULES

    def _bind(self, statement: ast.stmt) -> None:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            for alias in statement.names:
                self._add(self.imports.add, alias.asname or alias.name.partition(".")[0])
        elif isinstance(statement, Definition):
            definition = statement
            self._add(lambda n: self.definitions.__setitem__(n, definition), statement.name)
        elif (target := single_target(statement)) is not None and is_constant(target[1]):
            self._add(lambda n: self.constants.__setitem__(n, statement), target[0])
        elif target is not None and is_made(target[1]):
            self._add(lambda n: self.made.__setitem__(n, statement), target[0])
        else:
            self.variable.update(bound_in(statement))

    def _add(self, add: Callable[[str], object], name: str) -> None:
        tables = (self.imports, self.definitions, self.made, self.constants)
        if any(name in table for table in tables):
            self.variable.add(name)
        add(name)

    def _note_changes(self, tree: ast.Module) -> None:
        self.changed.update(changed_in(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Global):
                self.variable.update(node.names)
