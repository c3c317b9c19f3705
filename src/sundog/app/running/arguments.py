"""Parts of an address as the arguments of a page's function."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def bind(function: Callable[..., Any], parts: Sequence[str]) -> tuple[Any, ...] | None:
    """Return a function's arguments from parts of an address; None if they don't fit.

    A part becomes what its parameter's annotation says: numbers, dates, enumerations, ``Literal``
    and so on; without one it stays text.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    hints = _hints(function)
    values: list[Any] = []
    waiting = list(parts)
    for parameter in signature.parameters.values():
        hint = hints.get(parameter.name, str)
        if parameter.kind is parameter.VAR_POSITIONAL:
            taken, waiting = waiting, []
        elif parameter.kind in _POSITIONAL and waiting:
            taken = [waiting.pop(0)]
        elif parameter.kind is parameter.VAR_KEYWORD or parameter.default is not parameter.empty:
            continue
        else:
            return None
        try:
            values += [_cast(text, hint) for text in taken]
        except ValueError:
            return None
    return None if waiting else tuple(values)


def takes_any(function: Callable[..., Any]) -> bool:
    """Whether a function takes parts of an address at all."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(
        parameter.kind in (*_POSITIONAL, parameter.VAR_POSITIONAL) for parameter in parameters
    )


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function)
    except Exception:  # noqa: BLE001 - annotations are the app's code, and may name anything
        return {}


def _cast(text: str, hint: Any) -> Any:
    """Return text as a type. Raises `ValueError` if it can't be one."""
    if hint in (str, Any, object):
        return text
    try:
        return msgspec.convert(text, hint, strict=False, dec_hook=_made)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error
    except TypeError:
        # The hint is not a type of data, such as a function type.
        return text


def _made(kind: type[Any], text: Any) -> Any:
    """Make what msgspec does not know from text. Raises `ValueError`."""
    try:
        return kind(text)
    except Exception as error:
        raise ValueError(f"no {kind.__name__}: {text!a}") from error
