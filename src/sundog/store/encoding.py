"""Encodes values as bytes and back, with MessagePack, so that reading can't run code.

Types that MessagePack does not have (dates, times, decimals, UUIDs) are written as extensions: a
code for the type, and its text.
"""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import uuid
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from sundog.errors import StoreValueError

_TYPES: Final[Mapping[int, type]] = {
    1: datetime.datetime,
    2: datetime.date,
    3: datetime.time,
    4: datetime.timedelta,
    5: decimal.Decimal,
    6: uuid.UUID,
}
_CODES: Final[Mapping[type, int]] = {kind: code for code, kind in _TYPES.items()}
_BUILTIN_TYPES: Final = (*_CODES, bytes, bytearray, memoryview)
_FLAT: Final = frozenset((type(None), bool, int, float, str, bytes, bytearray, memoryview))


def encode(value: object) -> bytes:
    """Return a value as bytes. Raises `StoreValueError`."""
    try:
        plain = msgspec.to_builtins(value, builtin_types=_BUILTIN_TYPES, enc_hook=_simplify)
        return msgspec.msgpack.encode(_with_extensions(plain))
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise StoreValueError(f"can't be stored: {_reason(error)}") from error


def decode(data: bytes, kind: Any = None) -> Any:
    """Return the decoded value, as a type if one is given. Raises `StoreValueError`."""
    try:
        value = msgspec.msgpack.decode(data, ext_hook=_from_extension)
    except (msgspec.DecodeError, ValueError) as error:
        raise StoreValueError("was not written by Sundog") from error
    if kind is None:
        return value
    try:
        return msgspec.convert(value, kind, builtin_types=_BUILTIN_TYPES)
    except (msgspec.ValidationError, TypeError) as error:
        raise StoreValueError(f"is not of type {_name(kind)}: {error}") from error


def kind_of(default: object) -> Any:
    """Return the type implied by a default, or None if values are read without a type."""
    kind = type(default)
    has_fields = dataclasses.is_dataclass(default) or hasattr(kind, "__attrs_attrs__")
    is_named_tuple = isinstance(default, tuple) and hasattr(kind, "_fields")
    if has_fields or is_named_tuple or isinstance(default, (msgspec.Struct, enum.Enum)):
        return kind
    return kind if kind in (tuple, set, frozenset) else None


def _simplify(value: Any) -> Any:
    """Return a built-in value for a number, string or time of another library."""
    if isinstance(value, str):
        return str.__str__(value)
    # If there is such a value, pandas or numpy is already loaded.
    simpler = value.to_pydatetime() if hasattr(value, "to_pydatetime") else value
    if simpler is not value:
        return simpler
    if type(value).__module__ == "numpy" and getattr(value, "shape", None) == ():
        return value.item()
    raise TypeError(
        f"it is or contains a {type(value).__module__}.{type(value).__qualname__}. Store numbers, "
        "strings, bytes, dates, lists, dicts, dataclasses or msgspec.Structs; for a widget, store "
        "its value"
    )


def _with_extensions(value: Any) -> Any:
    kind = type(value)
    if kind in _FLAT:
        return value
    if kind is dict:
        return {key: _with_extensions(each) for key, each in value.items()}
    if kind is list or kind is tuple:
        return [_with_extensions(each) for each in value]
    code = _CODES[kind]
    text = str(value) if code >= _CODES[decimal.Decimal] else msgspec.to_builtins(value)
    return msgspec.msgpack.Ext(code, text.encode())


def _from_extension(code: int, data: memoryview) -> Any:
    kind = _TYPES.get(code)
    if kind is None:
        raise ValueError(f"extension {code}")
    return msgspec.convert(bytes(data).decode(), kind)


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it contains itself, or is nested too deeply"
    return str(error)


def _name(kind: Any) -> str:
    return kind.__qualname__ if isinstance(kind, type) else str(kind)
