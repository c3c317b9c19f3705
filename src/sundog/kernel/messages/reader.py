"""A page's position in its kernel's messages, and the batches that it takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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


def wake(readers: list[Reader]) -> None:
    """Notify readers outside of the lock, because their functions take their own locks."""
    for reader in readers:
        notify = reader.notify
        if notify is not None:
            notify()
