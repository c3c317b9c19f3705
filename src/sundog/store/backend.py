"""What keeps the bytes: the interface of all backends, and what they have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from sundog.errors import StoreFullError
from sundog.ids import SessionId

DAY: Final = 86400.0

# What an entry takes besides its key and value; bounds how many small ones a session can have.
ENTRY_OVERHEAD: Final = 64

# Reads prolong a session as well, but only where this part of its lifetime has gone by, so that
# hardly any read writes.
PROLONG_AFTER: Final = 1 / 30


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much is kept. Seconds since a session was last used, and bytes."""

    lifetime: float = 30 * DAY
    value_bytes: int = 1 << 20
    session_bytes: int = 4 << 20


class Backend(Protocol):
    """Keeps values, which are bytes, by session and key. Thread-safe.

    A value may have a lifetime of its own, in seconds; whatever has expired is as if it were not
    there. A session as a whole expires when it has not been used for `Limits.lifetime`.

    Every method raises `StoreUnavailableError`, soon, when the values can't be reached.
    """

    def read(self, session: SessionId, key: str) -> bytes | None:
        """Return a value."""
        ...

    def read_all(self, session: SessionId) -> dict[str, bytes]:
        """Return all values of a session, by key."""
        ...

    def write(self, session: SessionId, key: str, value: bytes, lifetime: float | None) -> None:
        """Keep a value; without a lifetime, as long as the session.

        Raises `StoreFullError`, and changes nothing, when the session would become too large.
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
        """Keep a value if the present one is `old` (None: there is none), and say whether it was.

        Without a lifetime, it expires when the present one would have. Raises `StoreFullError`.
        """
        ...

    def remove(self, session: SessionId, key: str) -> bytes | None:
        """Remove a value and return it."""
        ...

    def clear(self, session: SessionId) -> None:
        """Remove all values of a session."""
        ...

    def check(self) -> None:
        """Raise `StoreUnavailableError` if values can't be kept now."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


def cost(key: str, value: bytes) -> int:
    """Return how many bytes an entry counts for."""
    return len(key.encode()) + len(value) + ENTRY_OVERHEAD


def is_due(deadline: float, now: float, lifetime: float) -> bool:
    """Whether a session that expires then should be prolonged by a read now."""
    return deadline - now < lifetime * (1 - PROLONG_AFTER)


def session_full(limits: Limits) -> StoreFullError:
    """Return the error for a session that would become too large."""
    return StoreFullError(
        f"all values of this session would take more than {limits.session_bytes:,} bytes together. "
        "Remove some, give them an expiry, or raise SUNDOG_STORE_SESSION_BYTES"
    )
