"""Changes of stored values that depend on the present value: read, compute, swap, or try again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

from sundog.durations import seconds
from sundog.errors import StoreConflictError
from sundog.store.encoding import kind_of
from sundog.store.store_key import StoreKey, decoded

Expires = float | str | timedelta

MAX_ATTEMPTS: Final = 100
LONGEST_LIFETIME: Final = 10 * 365 * 86400.0


def lifetime(expires: Expires | None) -> float | None:
    """Return how many seconds a key lives; None if it lives as long as its session."""
    return None if expires is None else min(seconds(expires), LONGEST_LIFETIME)


def update(
    store_key: StoreKey,
    key: str,
    function: Callable[[Any], Any],
    default: Any,
    kind: Any,
    lifetime: float | None,
) -> Any:
    """Replace a value with the function's result and return that.

    Args:
        store_key: The session and its backend.
        key: The key.
        function: Gets its own copy of the value; called again if another change came first.
        default: The value if there is none.
        kind: The type of the value; by default that of the default.
        lifetime: How many seconds the value lives; None if the key's expiry stays as it is.

    Raises:
        StoreConflictError: Another change came first 100 times.
    """
    kind = kind or kind_of(default)
    first, backend = store_key.encoded(key, default), store_key.backend
    for _ in attempts(key):
        present = backend.read(store_key.session, key)
        value = function(decoded(key, first if present is None else present, kind))
        data = store_key.encoded(key, value)
        if backend.swap(store_key.session, key, present, data, lifetime):
            return value
    raise AssertionError("unreachable")


def store_default(store_key: StoreKey, key: str, default: Any, lifetime: float | None) -> Any:
    """Return a value; if there is none, store the default and return it."""
    data, backend = store_key.encoded(key, default), store_key.backend
    for _ in attempts(key):
        present = backend.read(store_key.session, key)
        if present is not None:
            return decoded(key, present, kind_of(default))
        if backend.swap(store_key.session, key, None, data, lifetime):
            return default
    raise AssertionError("unreachable")


def attempts(key: str) -> Iterator[int]:
    """Count attempts, waiting a little between later ones.

    Raises `StoreConflictError` after the last.
    """
    for attempt in range(MAX_ATTEMPTS):
        if attempt > 2:
            # Random, so that the callers do not collide again.
            wait(random.uniform(0, min(0.02, 0.0005 * 2**attempt)))
        yield attempt
    raise StoreConflictError(
        f"session[{key!r}] was changed by others during each of {MAX_ATTEMPTS} attempts to update "
        "it. Update it less often, or with a faster function"
    )


wait = time.sleep
