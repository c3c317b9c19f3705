"""A page's position in its kernel's messages, and the batches that it takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sundog.kernel.messages.log import frame_length
from sundog.protocol import Outgoing


@dataclass(frozen=True, slots=True)
class Batch:
    """The content of one frame to one page."""

    ack: int
    first: int
    messages: Sequence[Outgoing]


@dataclass(slots=True, eq=False)
class Reader:
    """A page's position in the log. Its attributes belong to the outbox and its lock."""

    sent: int = 0
    applied: int = 0
    ack: int = 0
    ack_sent: int = 0
    notify: Callable[[], None] | None = None
    notified: bool = False
    expelled: bool = False
    awaits_state: bool = False
    state: list[Outgoing] | None = None
    # The page's messages up to here were processed when the state was taken.
    state_ack: int = 0

    def let_go(self) -> None:
        """Keep only the position of a page without a connection."""
        self.notify = None
        self.awaits_state = False
        self.state = None

    def take_state(self) -> Batch:
        """Return the next part of the full state, which ends with an empty batch."""
        messages = self.state or []
        # It does not contain what was processed since, so the page keeps its changes until they are
        # acknowledged.
        ack = self.ack_sent = max(self.state_ack, self.ack_sent)
        if not messages:
            self.state = None
            return Batch(ack, 0, ())
        count = frame_length(messages)
        self.state = messages[count:]
        return Batch(ack, 0, messages[:count])


def wake(readers: list[Reader]) -> None:
    """Notify readers outside of the lock, because their functions take their own locks."""
    for reader in readers:
        notify = reader.notify
        if notify is not None:
            notify()
