"""The names that a statement binds and uses, and whether a class has state. Pure."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator
from typing import Final

# Decorators of classes that can be kept: they change only the class, and only once.
_CLASS_DECORATORS: Final = frozenset(
    [
        "dataclass",
        "total_ordering",
        "unique",
        "verify",
        "final",
        "runtime_checkable",
        "define",
        "frozen",
        "mutable",
        "attrs",
        "s",
    ]
)
# Calls allowed in the body of a class: they describe a field.
_FIELDS: Final = frozenset(
    ("field", "Field", "auto", "property", "cached_property", "attrib", "ib", "ConfigDict")
)
# Calls that create a class, or an object that represents a type.
_MAKERS: Final = frozenset(
    [
        "namedtuple",
        "NamedTuple",
        "make_dataclass",
        "TypedDict",
        "NewType",
        "TypeVar",
        "ParamSpec",
        "Enum",
        "IntEnum",
        "StrEnum",
        "Flag",
        "IntFlag",
    ]
)

# What makes the same constant in every kernel, when it is called with constants.
_CONSTRUCTORS: Final = frozenset(
    [
        "Path",
        "PurePath",
        "getLogger",
        "compile",
        "timedelta",
        "Decimal",
        "Fraction",
        "ZoneInfo",
        "frozenset",
        "tuple",
        "list",
        "dict",
        "set",
        "range",
        "MappingProxyType",
        "resolve",
        "absolute",
        "joinpath",
        "with_name",
        "with_suffix",
    ]
)
# Methods that change a value in place.
_CHANGES: Final = frozenset(
    [
        "append",
        "extend",
        "insert",
        "remove",
        "pop",
        "popitem",
        "clear",
        "sort",
        "reverse",
        "update",
        "setdefault",
        "add",
        "discard",
    ]
)

_COMPOUNDS: Final = (
    *(ast.Tuple, ast.List, ast.Set, ast.UnaryOp, ast.BinOp),
    *(ast.JoinedStr, ast.FormattedValue, ast.Attribute, ast.Subscript),
)

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def last_name(node: ast.expr) -> str:
    """Return the last part of a dotted name, also if it is called."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def globals_of(definition: ast.stmt) -> set[str]:
    """Return the names that a definition uses from the surrounding namespace."""
    code = ast.unparse(definition)
    found: set[str] = set()

    def add(table: symtable.SymbolTable, *, is_top: bool) -> None:
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (is_top or symbol.is_global()):
                found.add(symbol.get_name())
        for below in table.get_children():
            add(below, is_top=False)

    add(symtable.symtable(code, "<definition>", "exec"), is_top=True)
    return found


def holds_no_state(definition: ast.ClassDef) -> bool:
    """Return whether a class can't notice that several kernels share it."""
    if not all(last_name(each) in _CLASS_DECORATORS for each in definition.decorator_list):
        return False
    for statement in definition.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if _changes_class(statement):
                return False
        elif isinstance(statement, ast.ClassDef):
            if not holds_no_state(statement):
                return False
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            if not _is_field_or_constant(statement):
                return False
        elif not isinstance(statement, ast.Pass) and not _is_text(statement):
            return False
    return True


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _changes_class(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return whether a method sets attributes of its class."""
    for node in ast.walk(method):
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            owner = node.value
            if isinstance(owner, ast.Call) or last_name(owner) in ("cls", "__class__"):
                return True
    return False


def _is_field_or_constant(statement: ast.Assign | ast.AnnAssign) -> bool:
    """Return whether a class attribute is a constant, or describes a field."""
    value = statement.value
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    # Such as `__slots__`, which never change.
    if value is None or all(last_name(each).startswith("__") for each in targets):
        return True
    if isinstance(value, ast.Call):
        return last_name(value) in _FIELDS
    if isinstance(value, (ast.Name, ast.Attribute)):
        return True
    return is_literal(value)


def is_made(value: ast.expr) -> bool:
    """Return whether a value is a class created by a call, from literals and names of types."""
    if not isinstance(value, ast.Call) or last_name(value) not in _MAKERS:
        return False
    given = [*value.args, *(each.value for each in value.keywords)]
    calls = (ast.Call, ast.Lambda, ast.Await, ast.NamedExpr)
    return not any(isinstance(node, calls) for each in given for node in ast.walk(each))


def is_constant(value: ast.expr) -> bool:
    """Whether an expression has the same value in every kernel, if the names in it have."""
    if isinstance(value, ast.Constant | ast.Name):
        return True
    if isinstance(value, ast.Call):
        given = [value.func, *value.args, *(each.value for each in value.keywords)]
        return last_name(value) in _CONSTRUCTORS and all(map(is_constant, given))
    if isinstance(value, ast.Dict):
        given = [each for each in (*value.keys, *value.values) if each is not None]
        return all(map(is_constant, given))
    parts = (
        ast.Tuple,
        ast.List,
        ast.Set,
        ast.UnaryOp,
        ast.BinOp,
        ast.JoinedStr,
        ast.FormattedValue,
    )
    if not isinstance(value, (*parts, ast.Attribute, ast.Subscript)):
        return False
    return all(
        is_constant(each) for each in ast.iter_child_nodes(value) if isinstance(each, ast.expr)
    )


def changed_in(tree: ast.AST) -> Iterator[str]:
    """Yield the names whose values are changed in place."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Subscript):
            is_changed = not isinstance(node.ctx, ast.Load)
            owner: ast.expr = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            is_changed, owner = node.func.attr in _CHANGES, node.func.value
        elif isinstance(node, ast.Call) and last_name(node) in ("setattr", "delattr"):
            is_changed, owner = bool(node.args), node.args[0] if node.args else node.func
        else:
            continue
        if is_changed and isinstance(owner, ast.Name):
            yield owner.id


def is_literal(value: ast.expr) -> bool:
    """Return whether an expression is an immutable constant."""
    if isinstance(value, ast.Constant):
        return True
    if isinstance(value, ast.Tuple):
        return all(map(is_literal, value.elts))
    if isinstance(value, ast.UnaryOp):
        return is_literal(value.operand)
    return isinstance(value, ast.BinOp) and is_literal(value.left) and is_literal(value.right)


def single_target(statement: ast.stmt) -> tuple[str, ast.expr] | None:
    """Return the name and value of a plain assignment."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        return (target.id, statement.value) if isinstance(target, ast.Name) else None
    if not isinstance(statement, ast.AnnAssign) or statement.value is None:
        return None
    target = statement.target
    return (target.id, statement.value) if isinstance(target, ast.Name) else None


def bound_in(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement may bind at the top level."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, Definition):
            yield node.name
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            yield node.name
