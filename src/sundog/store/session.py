"""What apps see of the store: one session's values, as a mapping."""

from __future__ import annotations

import random
import time
from collections.abc import (
    Callable,
    ItemsView,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    ValuesView,
)
from datetime import timedelta
from typing import Any, Final, TypeVar, overload

from sundog.durations import seconds
from sundog.errors import StoreConflictError, StoreValueError
from sundog.store.encoding import kind_of
from sundog.store.store_key import StoreKey, checked, decoded

T = TypeVar("T")
D = TypeVar("D")
Number = TypeVar("Number", int, float)
Expires = float | str | timedelta

MAX_ATTEMPTS: Final = 100
LONGEST_LIFETIME: Final = 10 * 365 * 86400.0
_MISSING: Final[Any] = object()


class Session(MutableMapping[str, Any]):
    """What an app keeps for one browser, over refreshes and restarts, for all of its pages.

    Keys are texts. Values are copied in and out: numbers, texts, bytes, dates, lists, dicts,
    dataclasses, `msgspec.Struct`; changing what was read changes nothing that is kept. With
    ``type=``, what is read is checked and made of that type.

    A key may expire (``expires=``: seconds, ``"30m"``, a `timedelta`); all keys expire when the
    session has not been used for as long as its cookie lives.

    Each call is atomic. Calls raise `StoreUnavailableError` when the store can't be reached,
    `StoreValueError` for a value that can't be kept or is not of the type, and `StoreFullError`.
    """

    __slots__ = ("_locate",)

    def __init__(self, locate: Callable[[], StoreKey]) -> None:
        self._locate = locate

    @property
    def id(self) -> str:
        """The session's id: who opened the page, as far as its cookie tells."""
        return self._locate().session

    # Reading -----------------------------------------------------------------------------------

    def __getitem__(self, key: str) -> Any:
        value = self._read(key, None, _MISSING)
        if value is _MISSING:
            raise KeyError(key)
        return value

    @overload
    def get(self, key: str) -> Any: ...
    @overload
    def get(self, key: str, default: Any) -> Any: ...
    @overload
    def get(self, key: str, *, type: type[T]) -> T | None: ...
    @overload
    def get(self, key: str, default: D, *, type: type[T]) -> T | D: ...
    @overload
    def get(self, key: str, default: Any = None, *, type: Any = None) -> Any: ...
    def get(self, key: str, default: Any = None, *, type: Any = None) -> Any:
        """Return a value, or the default where there is none.

        As a `type`, such as ``int``, ``list[str]`` or a dataclass; when none is given and the
        default is a dataclass, a Struct, an enum, a tuple or a set, as that.
        """
        return self._read(key, type or kind_of(default), default)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._read(key, None, _MISSING) is not _MISSING

    def __iter__(self) -> Iterator[str]:
        place = self._locate()
        return iter(sorted(place.backend.read_all(place.session)))

    def __len__(self) -> int:
        place = self._locate()
        return len(place.backend.read_all(place.session))

    def copy(self) -> dict[str, Any]:
        """Return all keys and values as they are now."""
        place = self._locate()
        found = place.backend.read_all(place.session)
        return {key: decoded(key, found[key], None) for key in sorted(found)}

    def items(self) -> ItemsView[str, Any]:
        """Return all keys and values as they are now, in the order of the keys."""
        return self.copy().items()

    def values(self) -> ValuesView[Any]:
        """Return all values as they are now, in the order of the keys."""
        return self.copy().values()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Session):
            return self is other or self._locate() == other._locate()
        return isinstance(other, Mapping) and self.copy() == dict(other.items())

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        # Values may be private, and showing them must not fail.
        return "<sundog session>"

    # Writing -----------------------------------------------------------------------------------

    def __setitem__(self, key: str, value: Any) -> None:
        self.set(key, value)

    def set(self, key: str, value: Any, *, expires: Expires | None = None) -> None:
        """Keep a value; without `expires`, as long as the session."""
        place = self._locate()
        data = place.encoded(key, value)
        place.backend.write(place.session, key, data, _lifetime(expires))

    def __delitem__(self, key: str) -> None:
        self.pop(key)

    @overload
    def pop(self, key: str, /) -> Any: ...
    @overload
    def pop(self, key: str, default: Any, /) -> Any: ...
    @overload
    def pop(self, key: str, /, *, type: type[T]) -> T: ...
    @overload
    def pop(self, key: str, default: D, /, *, type: type[T]) -> T | D: ...
    @overload
    def pop(self, key: str, default: Any = ..., /, *, type: Any = None) -> Any: ...
    def pop(self, key: str, default: Any = _MISSING, /, *, type: Any = None) -> Any:
        """Remove a key and return its value: to one caller, however many ask at once."""
        place = self._locate()
        data = place.backend.remove(place.session, checked(key))
        if data is not None:
            return decoded(key, data, type or kind_of(default))
        if default is _MISSING:
            raise KeyError(key)
        return default

    def popitem(self) -> tuple[str, Any]:
        """Remove some key and return it with its value."""
        for key in self:
            value = self.pop(key, _MISSING)
            if value is not _MISSING:
                return key, value
        raise KeyError("the session is empty")

    def clear(self) -> None:
        """Remove everything, as at a logout."""
        place = self._locate()
        place.backend.clear(place.session)

    def setdefault(
        self, key: str, default: Any = None, /, *, expires: Expires | None = None
    ) -> Any:
        """Return a value; where there is none, keep the default and return that."""
        place = self._locate()
        data = place.encoded(key, default)
        backend, lifetime = place.backend, _lifetime(expires)
        for _ in _attempts(key):
            present = backend.read(place.session, key)
            if present is not None:
                return decoded(key, present, kind_of(default))
            if backend.swap(place.session, key, None, data, lifetime):
                return default
        raise AssertionError("unreachable")

    # Changing ----------------------------------------------------------------------------------

    @overload  # type: ignore[override]
    def update(
        self,
        key: str,
        /,
        function: Callable[[T], T],
        default: T,
        *,
        type: Any = ...,
        expires: Expires | None = ...,
    ) -> T: ...
    @overload
    def update(
        self,
        key: str,
        /,
        function: Callable[[Any], T],
        *,
        type: Any = ...,
        expires: Expires | None = ...,
    ) -> T: ...
    @overload
    def update(
        self, other: Mapping[str, Any] | Iterable[tuple[str, Any]] = (), /, **values: Any
    ) -> None: ...
    def update(self, key: Any = (), /, *given: Any, **named: Any) -> Any:
        """Replace a value by what a function makes of it; return the new one.

        No change by others is lost, whichever thread, page or worker makes it: the function is
        called again where another was faster, so it should do nothing but compute. It gets its own
        copy of the value (or of the default) and returns the new value. A key's expiry stays as it
        is, unless `expires` says otherwise. Raises `StoreConflictError` when 100 times another was
        faster.

        With a mapping, or keywords, it sets many values, as a dict's ``update`` does.
        """
        if isinstance(key, str):
            return self._update(key, *given, **named)
        return super().update(key, *given, **named)

    def increment(self, key: str, by: Number = 1, *, expires: Expires | None = None) -> Number:
        """Add to a number, 0 where there is none; return the sum. As `update`, it loses nothing."""

        def add(value: Any) -> Any:
            if not isinstance(value, (int, float)):
                raise StoreValueError(f"session[{key!r}] is no number")
            return value + by

        total: Number = self._update(key, add, 0, expires=expires)
        return total

    def _update(
        self,
        key: str,
        function: Callable[[Any], Any],
        default: Any = None,
        *,
        type: Any = None,
        expires: Expires | None = None,
    ) -> Any:
        if not callable(function):
            raise TypeError(f"session.update({key!r}, ...): the second argument is a function")
        kind, lifetime = type or kind_of(default), _lifetime(expires)
        place = self._locate()
        first, backend = place.encoded(key, default), place.backend
        for _ in _attempts(key):
            present = backend.read(place.session, key)
            value = function(decoded(key, first if present is None else present, kind))
            data = place.encoded(key, value)
            if backend.swap(place.session, key, present, data, lifetime):
                return value
        raise AssertionError("unreachable")

    def _read(self, key: str, kind: Any, default: Any) -> Any:
        place = self._locate()
        data = place.backend.read(place.session, checked(key))
        return default if data is None else decoded(key, data, kind)


def _lifetime(expires: Expires | None) -> float | None:
    return None if expires is None else min(seconds(expires), LONGEST_LIFETIME)


def _attempts(key: str) -> Iterator[int]:
    """Count attempts, waiting a little between later ones."""
    for attempt in range(MAX_ATTEMPTS):
        if attempt > 2:
            # Those who got in each other's way should not do so again.
            _wait(random.uniform(0, min(0.02, 0.0005 * 2**attempt)))
        yield attempt
    raise StoreConflictError(
        f"session[{key!r}] was changed by others each time that it was to be updated, "
        f"{MAX_ATTEMPTS} times. Update it less often, or with a function that takes less time"
    )


_wait = time.sleep
