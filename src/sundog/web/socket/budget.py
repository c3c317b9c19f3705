"""Limits the bytes of unfinished messages of all connections."""

from __future__ import annotations

from typing import Final

from sundog.errors import ProtocolError

TRY_AGAIN_LATER: Final = 1013
# Each connection may hold this much, even if all together exceed the limit.
FREE_BYTES: Final = 256 << 10


class Budget:
    """The bytes that all connections of a worker hold. Used on its event loop.

    A `limit` of None means no limit.
    """

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._held = 0

    @property
    def held(self) -> int:
        """The number of bytes held now."""
        return self._held

    def reserve(self) -> Reservation:
        """Return an empty reservation for one connection."""
        return Reservation(self)

    def change(self, difference: int) -> bool:
        """Hold more or less; return whether that is within the limit."""
        self._held += difference
        return self._limit is None or self._held <= self._limit


class Reservation:
    """One connection's part of a budget."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self.size = 0

    def set(self, size: int) -> None:
        """Set how many bytes the connection holds now.

        Raises `ProtocolError` with the code 1013, and holds nothing, if it would be too much. The
        page then reconnects.
        """
        difference, self.size = size - self.size, size
        fits = self._budget.change(difference)
        if difference > 0 and size > FREE_BYTES and not fits:
            self._budget.change(-size)
            self.size = 0
            raise ProtocolError(
                "all connections together hold too much of unfinished messages", TRY_AGAIN_LATER
            )
