"""A page's place in what its kernel says, and what it takes from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sundog.protocol.message import Outgoing


@dataclass(frozen=True, slots=True)
class Batch:
    """What one frame to one page holds."""

    ack: int
    first: int
    messages: Sequence[Outgoing]


@dataclass(slots=True, eq=False)
class Reader:
    """One page's place in the log; its attributes belong to the outbox and its lock."""

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
    """Tell readers outside of the lock: what they call takes locks of its own."""
    for reader in readers:
        notify = reader.notify
        if notify is not None:
            notify()
