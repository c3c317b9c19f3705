"""How many bytes of unfinished messages all connections together may hold."""

from __future__ import annotations

from typing import Final

from sundog.errors import ProtocolError

TRY_AGAIN_LATER: Final = 1013
# So much, each connection may hold even where all of them together hold too much.
FREE_BYTES: Final = 256 << 10


class Budget:
    """The bytes that all connections of a worker hold. Used on its event loop.

    `limit` of None is no bound.
    """

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._held = 0

    @property
    def held(self) -> int:
        """How many bytes are held now."""
        return self._held

    def reserve(self) -> Reservation:
        """Return a reservation for one connection, of nothing yet."""
        return Reservation(self)

    def change(self, difference: int) -> bool:
        """Hold more, or less; return whether that is within the limit."""
        self._held += difference
        return self._limit is None or self._held <= self._limit


class Reservation:
    """What one connection holds of a budget."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._size = 0

    def set(self, size: int) -> None:
        """Note how many bytes the connection holds now.

        Raises `ProtocolError` with the code 1013, and holds nothing, where it would be too much:
        the page comes again.
        """
        difference, self._size = size - self._size, size
        fits = self._budget.change(difference)
        if difference > 0 and size > FREE_BYTES and not fits:
            self._budget.change(-size)
            self._size = 0
            raise ProtocolError(
                "all connections together hold too much of unfinished messages", TRY_AGAIN_LATER
            )
