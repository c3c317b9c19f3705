"""Whether a client that does not answer a ping is still there: it sends, or receives data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sundog.web.socket.delivery import Delivery

_MORE_THAN_EVER: Final = 1 << 62


class SignsOfLife:
    """Compares what one client has sent and received with the last check."""

    def __init__(self, delivery: Delivery, count_unsent: Callable[[], int]) -> None:
        """Watch a client.

        Args:
            delivery: What the client's system has received, if the own system knows.
            count_unsent: Returns how many bytes wait to be passed to the own system.
        """
        self._delivery = delivery
        self._count_unsent = count_unsent
        # The bytes that the client has sent so far, and their number at the last check.
        self._received = 0
        self._received_before = 0
        # If the system provides it: the bytes that the client had received at the last check, and
        # the bytes that it should receive before the ping.
        self._acknowledged: int | None = None
        self._ahead = 0
        # Otherwise: the bytes that waited to be sent at the last check.
        self._unsent = 0

    def received(self, size: int) -> None:
        """Note that bytes of the client have arrived."""
        self._received += size

    def drained(self) -> None:
        """Note that the own system has taken everything that waited for the client."""
        self._unsent = _MORE_THAN_EVER

    def look(self) -> None:
        """Record what the client has received, as the start of what it should receive."""
        self._received_before = self._received
        self._unsent = self._count_unsent()
        self._acknowledged = self._delivery.acknowledged()
        self._ahead = self._unsent + self._delivery.waiting()

    def sends(self) -> bool:
        """Return whether the client has sent anything since the last check."""
        before, self._received_before = self._received_before, self._received
        return self._received > before

    def takes(self) -> bool:
        """Return whether the client has received data from before the ping since the last check."""
        former, self._unsent = self._unsent, self._count_unsent()
        known, self._acknowledged = self._acknowledged, self._delivery.acknowledged()
        if known is None or self._acknowledged is None:
            return self._unsent < former
        taken, ahead = self._acknowledged - known, self._ahead
        self._ahead = max(0, ahead - taken)
        return taken > 0 and ahead > 0

    def has_ping(self) -> bool:
        """Return whether the client's system has received anything since the ping, if known."""
        known, now = self._acknowledged, self._delivery.acknowledged()
        return known is None or now is None or now > known
