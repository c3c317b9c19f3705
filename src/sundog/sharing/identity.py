"""Decides which functions, and which arguments, count as the same."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Hashable, Mapping
from types import CodeType, FunctionType, ModuleType, NoneType
from typing import Any

from sundog.sharing.classes import TABLE, KeptClasses


def identity(function: Callable[..., Any]) -> Hashable:
    """Return a key that all copies of a function share, and no other function has."""
    inner = inspect.unwrap(function)
    if not isinstance(inner, FunctionType):
        return function
    code = inner.__code__
    cells = tuple(
        _constant(inner, name, cell)
        for name, cell in zip(code.co_freevars, inner.__closure__ or (), strict=True)
    )
    return (
        code.co_filename,
        inner.__module__,
        inner.__qualname__,
        _digest(code),
        # A function defined inside another one depends on that one's variables.
        cells,
        _fingerprint(inner),
    )


def _fingerprint(function: FunctionType) -> Hashable:
    """Return everything that the results depend on besides the function's own code, if known."""
    table = function.__globals__.get(TABLE)
    if not isinstance(table, KeptClasses) or function.__qualname__ != function.__name__:
        return None
    return table.fingerprint(function.__name__)


def _constant(function: FunctionType, name: str, cell: Any) -> Hashable:
    """Return a value that a function uses from the function around it, if it can be compared."""
    try:
        value = cell.cell_contents
    except ValueError:
        # Not assigned yet: the function itself.
        return None
    if isinstance(value, (str, bytes, int, float, complex, NoneType, ModuleType, type)):
        return (type(value), value)
    raise TypeError(
        f"{function.__qualname__}() can't be shared: it uses {name!r} of the function around it, "
        "which may differ between pages. Pass it as an argument."
    )


def _digest(code: CodeType) -> str:
    """Return a hash of what code does, regardless of its position."""
    digest = hashlib.sha256()

    def add(code: CodeType) -> None:
        digest.update(code.co_code)
        names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
        digest.update(repr((names, code.co_argcount, code.co_flags)).encode())
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                add(constant)
            else:
                digest.update(repr((type(constant).__name__, constant)).encode())

    add(code)
    return digest.hexdigest()


def arguments_key(
    signature: inspect.Signature, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Hashable:
    """Return a key for a call's arguments, whether positional or named.

    Raises `TypeError` for arguments that don't match the signature, or are not hashable.
    """
    bound = signature.bind(*args, **kwargs)
    bound.apply_defaults()
    parts = []
    for argument, value in bound.arguments.items():
        if signature.parameters[argument].kind is inspect.Parameter.VAR_KEYWORD:
            value = tuple(sorted(value.items()))
        try:
            hash(value)
        except TypeError:
            raise TypeError(
                f"{name} is shared by its arguments, but {argument!r} is a {type(value).__name__}, "
                "which is not hashable. Pass something hashable, such as a tuple, a frozenset, or "
                "the name of the data."
            ) from None
        # 1, 1.0 and True are equal, but not the same argument.
        kinds = tuple(map(type, value)) if isinstance(value, tuple) else type(value)
        parts.append((argument, kinds, value))
    return tuple(parts)
