"""Where one session's values are, and how they get there and back."""

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
    """What keeps sessions, and within which limits."""

    backend: Backend
    limits: Limits


@dataclass(frozen=True, slots=True)
class StoreKey:
    """Whose values, and what keeps them."""

    store: Store
    session: SessionId

    @property
    def backend(self) -> Backend:
        """What keeps the values."""
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
                f"session[{key!r}] would take {len(data):,} bytes, and a value may take {limit:,}. "
                "Keep what it is made from (a query, a file's name), or raise "
                "SUNDOG_STORE_VALUE_BYTES"
            )
        return data


def decoded(key: str, data: bytes, kind: Any) -> Any:
    """Return what bytes stand for. Raises `StoreValueError` that names the key."""
    try:
        return decode(data, kind)
    except StoreValueError as error:
        raise StoreValueError(f"session[{key!r}] {error}") from error.__cause__


def checked(key: str) -> str:
    """Return a key that can be one. Raises `TypeError` and `ValueError`."""
    if not isinstance(key, str):
        raise TypeError(f"the keys of a session are texts, not {type(key).__name__}")
    try:
        length = len(key.encode())
    except UnicodeEncodeError:
        length = 0
    if not 0 < length <= MAX_KEY_BYTES:
        raise ValueError(f"the keys of a session are 1 to {MAX_KEY_BYTES} bytes of UTF-8 long")
    return key
