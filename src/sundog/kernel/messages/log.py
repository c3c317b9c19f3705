"""The messages of a kernel in order, each with its number."""

from __future__ import annotations

import itertools
from collections import deque

from sundog.protocol import SUPERSEDED, Outgoing

FRAME_BYTES = 1 << 20
FRAME_MESSAGES = 4096


class MessageLog:
    """A queue of numbered messages that loses its oldest. The caller must lock it."""

    def __init__(self) -> None:
        self._messages: deque[Outgoing] = deque()
        self.first = 1
        self.bytes = 0
        # The position of the last message of each subject; None while nothing is coalesced.
        self._latest: dict[tuple[str, ...], int] | None = None

    def __len__(self) -> int:
        return len(self._messages)

    @property
    def last(self) -> int:
        """The number of the last message, or 0 before the first."""
        return self.first + len(self._messages) - 1

    @property
    def last_size(self) -> int:
        """The size of the last message, in bytes. There must be one."""
        return self._messages[-1].size

    def append(self, message: Outgoing) -> None:
        """Append a message."""
        # Looked up first, because a finalizer that publishes may run in between.
        size = message.size
        self._messages.append(message)
        self.bytes += size
        if self._latest is not None and message.subject is not None:
            self._supersede(self._latest, message.subject, self.last)

    @property
    def coalescing(self) -> bool:
        """Whether only the last message of each subject is kept."""
        return self._latest is not None

    def coalesce(self) -> None:
        """Keep only the last message of each subject, of those here and of later ones."""
        if self._latest is not None:
            return
        latest: dict[tuple[str, ...], int] = {}
        self._latest = latest
        # A finalizer that publishes may run up to here, but not between these two.
        messages = list(self._messages)
        number = self.last - len(messages)
        for message in messages:
            number += 1
            if message.subject is not None:
                self._supersede(latest, message.subject, number)

    def keep_all(self) -> None:
        """Stop coalescing."""
        self._latest = None

    def _supersede(
        self, latest: dict[tuple[str, ...], int], subject: tuple[str, ...], number: int
    ) -> None:
        former = latest.get(subject, 0)
        # In the other order if a finalizer has published something newer in the meantime.
        older, latest[subject] = sorted((former, number))
        if former != number and older >= self.first:
            index = older - self.first
            self.bytes += SUPERSEDED.size - self._messages[index].size
            self._messages[index] = SUPERSEDED

    def drop_first(self) -> None:
        """Remove the oldest message."""
        size = self._messages.popleft().size
        self.bytes -= size
        self.first += 1

    def drop_all(self) -> None:
        """Remove all messages; the numbers continue."""
        self.first = self.last + 1
        self._messages.clear()
        self.bytes = 0
        self._latest = None

    def begin_after(self, number: int) -> None:
        """Remove all messages; the next one gets the number after this."""
        self.drop_all()
        self.first = number + 1

    def frame(self, first: int) -> list[Outgoing]:
        """Return the messages from a number on, as many as suit one frame."""
        offset = first - self.first
        left = len(self._messages) - offset
        if offset < left:
            rest = [*itertools.islice(self._messages, offset, offset + FRAME_MESSAGES)]
        else:
            # From the end, so that a slow page does not slow down the others.
            rest = [*itertools.islice(reversed(self._messages), left)][::-1]
        return rest[: frame_length(rest)]


def frame_length(messages: list[Outgoing]) -> int:
    """Return how many of the first messages suit one frame: at least one."""
    size = 0
    for count, message in enumerate(messages[:FRAME_MESSAGES]):
        size += message.size
        if count and size > FRAME_BYTES:
            return count
    return min(len(messages), FRAME_MESSAGES)
