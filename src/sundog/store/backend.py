"""The interface of all backends, and their common parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from sundog.errors import StoreFullError
from sundog.ids import SessionId

DAY: Final = 86400.0

# The bytes an entry counts besides its key and value; limits the number of small entries.
ENTRY_OVERHEAD: Final = 64

# Reads prolong a session too, but only after this part of its lifetime, so that reads rarely
# write.
PROLONG_AFTER: Final = 1 / 30


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of the store.

    Attributes:
        lifetime: Seconds after its last use until a session expires.
        value_bytes: The maximum size of a value.
        session_bytes: The maximum size of all values of a session.
    """

    lifetime: float = 30 * DAY
    value_bytes: int = 1 << 20
    session_bytes: int = 4 << 20


class Backend(Protocol):
    """Stores values, which are bytes, by session and key. Thread-safe.

    A value may have its own lifetime, in seconds. Expired values count as missing. A whole session
    expires when it has not been used for `Limits.lifetime`.

    Raises:
        StoreUnavailableError: The values can't be reached. Every method may raise it, and soon.
        StoreValueError: Another program wrote the session. `clear` removes it.
    """

    def read(self, session: SessionId, key: str) -> bytes | None:
        """Return a value."""
        ...

    def read_all(self, session: SessionId) -> dict[str, bytes]:
        """Return all values of a session, by key."""
        ...

    def write(self, session: SessionId, key: str, value: bytes, lifetime: float | None) -> None:
        """Store a value; without a lifetime, as long as the session.

        Raises `StoreFullError`, and changes nothing, if the session would become too large.
        """
        ...

    def swap(
        self,
        session: SessionId,
        key: str,
        old: bytes | None,
        new: bytes,
        lifetime: float | None,
    ) -> bool:
        """Store a value if the current one is `old` (None: missing); return whether it was.

        Without a lifetime, the current expiry stays. Raises `StoreFullError`.
        """
        ...

    def remove(self, session: SessionId, key: str) -> bytes | None:
        """Remove a value and return it."""
        ...

    def clear(self, session: SessionId) -> None:
        """Remove all values of a session."""
        ...

    def check(self) -> None:
        """Raise `StoreUnavailableError` if values can't be stored now."""
        ...

    def close(self) -> None:
        """Close files and connections."""
        ...


def cost(key: str, value: bytes) -> int:
    """Return the number of bytes that an entry counts."""
    return len(key.encode()) + len(value) + ENTRY_OVERHEAD


def is_due(deadline: float, now: float, lifetime: float) -> bool:
    """Return whether a read now should prolong a session with this deadline."""
    return deadline - now < lifetime * (1 - PROLONG_AFTER)


def session_full(limits: Limits) -> StoreFullError:
    """Return the error for a session that would become too large."""
    return StoreFullError(
        f"all values of this session together would exceed {limits.session_bytes:,} bytes. Remove "
        "some, let them expire, or raise SUNDOG_STORE_SESSION_BYTES"
    )
