"""`Session`: the values of one session, as a mapping."""

from __future__ import annotations

from collections.abc import (
    Callable,
    ItemsView,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    ValuesView,
)
from typing import Any, Final, TypeVar, overload

from sundog.errors import StoreValueError
from sundog.store.encoding import kind_of
from sundog.store.store_key import StoreKey, checked, decoded
from sundog.store.updates import Expires, lifetime, store_default, update

T = TypeVar("T")
D = TypeVar("D")
Number = TypeVar("Number", int, float)

_MISSING: Final[Any] = object()


class Session(MutableMapping[str, Any]):
    """A mapping with the values of one browser, which survive reloads and restarts.

    All pages of the browser share it. Keys are strings. Values are numbers, strings, bytes, dates,
    lists, dicts, dataclasses or `msgspec.Struct`. They are copied in and out, so changing a value
    that was read does not change the stored one.

    A key may expire. All keys expire when the session has not been used for as long as its cookie
    lives (``SUNDOG_SESSION_MAX_AGE``).

    Every call is atomic.

    Example::

        from sundog import session

        session["name"] = "Ada"
        visits = session.increment("visits")
        filters = session.get("filters", Filters())
        session.set("code", "1234", expires="10m")
        session.update("basket", lambda basket: [*basket, "tea"], [])

    Raises:
        StoreUnavailableError: The store can't be reached. Every call may raise it.
        StoreValueError: A value can't be stored, or does not have the requested type.
        StoreFullError: A value or the session would be too large; nothing was changed.
    """

    __slots__ = ("_locate",)

    def __init__(self, locate: Callable[[], StoreKey]) -> None:
        self._locate = locate

    @property
    def id(self) -> str:
        """The session's id, from the browser's cookie."""
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
        """Return a value, or the default if there is none.

        Args:
            key: The key.
            default: What to return if the key is missing. A dataclass, a Struct, an enum, a tuple
                or a set also implies `type`.
            type: The type of the result, such as ``int``, ``list[str]`` or a dataclass.

        Raises:
            StoreValueError: The value does not have this type.
        """
        return self._read(key, type or kind_of(default), default)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._read(key, None, _MISSING) is not _MISSING

    def __iter__(self) -> Iterator[str]:
        store_key = self._locate()
        return iter(sorted(store_key.backend.read_all(store_key.session)))

    def __len__(self) -> int:
        store_key = self._locate()
        return len(store_key.backend.read_all(store_key.session))

    def copy(self) -> dict[str, Any]:
        """Return a dict of all current keys and values."""
        store_key = self._locate()
        found = store_key.backend.read_all(store_key.session)
        return {key: decoded(key, found[key], None) for key in sorted(found)}

    def items(self) -> ItemsView[str, Any]:
        """Return all current keys and values, sorted by key."""
        return self.copy().items()

    def values(self) -> ValuesView[Any]:
        """Return all current values, sorted by key."""
        return self.copy().values()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Session):
            return self is other or self._locate() == other._locate()
        return isinstance(other, Mapping) and self.copy() == dict(other.items())

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        # Values may be private, and repr() must not fail.
        return "<sundog session>"

    # Writing -----------------------------------------------------------------------------------

    def __setitem__(self, key: str, value: Any) -> None:
        self.set(key, value)

    def set(self, key: str, value: Any, *, expires: Expires | None = None) -> None:
        """Store a value.

        Args:
            key: The key, up to 256 bytes.
            value: The value.
            expires: How long to keep the value: seconds, a string such as ``"30m"``, or a
                `timedelta`. By default, as long as the session; an earlier expiry is removed.

        Raises:
            StoreValueError: The value can't be stored.
            StoreFullError: The value or the session would be too large.
            ValueError: `expires` is not a positive duration.
        """
        store_key = self._locate()
        data = store_key.encoded(key, value)
        store_key.backend.write(store_key.session, key, data, lifetime(expires))

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
        """Remove a key and return its value. If several callers do so at once, one gets it.

        Args:
            key: The key.
            default: What to return if the key is missing.
            type: The type of the result, as in `get`.

        Raises:
            KeyError: The key is missing, and there is no default.
        """
        store_key = self._locate()
        data = store_key.backend.remove(store_key.session, checked(key))
        if data is not None:
            return decoded(key, data, type or kind_of(default))
        if default is _MISSING:
            raise KeyError(key)
        return default

    def popitem(self) -> tuple[str, Any]:
        """Remove an arbitrary key and return it with its value."""
        for key in self:
            value = self.pop(key, _MISSING)
            if value is not _MISSING:
                return key, value
        raise KeyError("the session is empty")

    def clear(self) -> None:
        """Remove all keys, for example at a logout."""
        store_key = self._locate()
        store_key.backend.clear(store_key.session)

    def setdefault(
        self, key: str, default: Any = None, /, *, expires: Expires | None = None
    ) -> Any:
        """Return a value. If there is none, store the default and return it."""
        return store_default(self._locate(), key, default, lifetime(expires))

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
        """Replace a value with ``function(value)`` and return the new value.

        No change by another thread, page or worker is lost: if another change came first, the
        function is called again with the newer value, so it should have no side effects.

        Called with a mapping or with keywords, it sets several values, like ``dict.update``.

        Example::

            session.update("basket", lambda basket: [*basket, "tea"], [])

        Args:
            key: The key.
            given: The function, and the value to start with if there is none (None by default).
                The function gets its own copy of the value.
            named: ``type``, as in `get`, and ``expires``, as in `set`. Without ``expires``, the
                key's expiry stays as it is.

        Raises:
            StoreConflictError: Another change came first 100 times.
        """
        if isinstance(key, str):
            return self._update(key, *given, **named)
        return super().update(key, *given, **named)

    def increment(self, key: str, by: Number = 1, *, expires: Expires | None = None) -> Number:
        """Add to a number and return the sum. As with `update`, no change is lost.

        Args:
            key: The key. A missing value counts as 0.
            by: The number to add.
            expires: As in `set`. By default, the key's expiry stays as it is.

        Raises:
            StoreValueError: The stored value is not a number.
        """

        def add(value: Any) -> Any:
            if not isinstance(value, (int, float)):
                raise StoreValueError(f"session[{key!r}] is not a number")
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
            raise TypeError(f"session.update({key!r}, ...): the second argument must be a function")
        return update(self._locate(), key, function, default, type, lifetime(expires))

    def _read(self, key: str, kind: Any, default: Any) -> Any:
        store_key = self._locate()
        data = store_key.backend.read(store_key.session, checked(key))
        return default if data is None else decoded(key, data, kind)
