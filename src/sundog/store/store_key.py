"""The store and id of a session, and the encoding of its values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sundog.errors import StoreFullError, StoreValueError
from sundog.ids import SessionId
from sundog.store.backend import Backend, Limits
from sundog.store.encoding import decode, encode

MAX_KEY_BYTES: Final = 256


@dataclass(frozen=True, slots=True)
class Store:
    """A backend and its limits."""

    backend: Backend
    limits: Limits


@dataclass(frozen=True, slots=True)
class StoreKey:
    """The store of a session, and the session's id."""

    store: Store
    session: SessionId

    @property
    def backend(self) -> Backend:
        """The backend with the values."""
        return self.store.backend

    def encoded(self, key: str, value: object) -> bytes:
        """Return a value as bytes. Raises `StoreValueError` and `StoreFullError`."""
        checked(key)
        try:
            data = encode(value)
        except StoreValueError as error:
            raise StoreValueError(f"session[{key!r}] {error}") from error.__cause__
        limit = self.store.limits.value_bytes
        if len(data) > limit:
            raise StoreFullError(
                f"session[{key!r}] would take {len(data):,} bytes, but the limit is {limit:,}. "
                "Store its source instead (a query, a file name), or raise "
                "SUNDOG_STORE_VALUE_BYTES"
            )
        return data


def decoded(key: str, data: bytes, kind: Any) -> Any:
    """Return a decoded value. Raises `StoreValueError` that names the key."""
    try:
        return decode(data, kind)
    except StoreValueError as error:
        raise StoreValueError(f"session[{key!r}] {error}") from error.__cause__


def checked(key: str) -> str:
    """Return a valid key. Raises `TypeError` or `ValueError` if it is not."""
    if not isinstance(key, str):
        raise TypeError(f"session keys must be strings, not {type(key).__name__}")
    try:
        length = len(key.encode())
    except UnicodeEncodeError:
        length = 0
    if not 0 < length <= MAX_KEY_BYTES:
        raise ValueError(f"session keys must have 1 to {MAX_KEY_BYTES} bytes in UTF-8")
    return key
