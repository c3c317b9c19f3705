"""What a kernel has to say to its pages: numbered, kept for a while, taken in batches.

All pages read the same log of messages, each at its own place. A message stays until every page
that is connected has taken it; after that, as many as the limits allow stay until the pages have
said that they applied them, for a page that comes back after a lost connection. A page that has
fallen out of the log needs the kernel's full state instead.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sundog.errors import PageTooSlowError
from sundog.protocol.message import Outgoing

FRAME_BYTES = 1 << 20
HOLD_SECONDS = 0.020


@dataclass(frozen=True, slots=True)
class OutboxLimits:
    """How much is kept for pages that come back, and for pages that are slow."""

    replay_messages: int = 1000
    replay_bytes: int = 4 << 20
    backlog_bytes: int = 64 << 20


@dataclass(frozen=True, slots=True)
class Batch:
    """What one frame to one page holds."""

    ack: int
    first: int
    messages: Sequence[Outgoing]


class Reader:
    """One page's place in the log; its attributes belong to the outbox and its lock."""

    __slots__ = ("ack", "ack_sent", "applied", "expelled", "notified", "notify", "sent", "state")

    def __init__(self) -> None:
        self.sent = 0
        self.applied = 0
        self.ack = 0
        self.ack_sent = 0
        self.notify: Callable[[], None] | None = None
        self.notified = False
        self.expelled = False
        self.state: deque[Outgoing] | None = None


class Outbox:
    """The log of one kernel. Thread-safe."""

    def __init__(self, limits: OutboxLimits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        # The lock guards all that follows.
        self._log: deque[Outgoing] = deque()
        self._first = 1
        self._bytes = 0
        self._readers: list[Reader] = []
        self._holding = False
        self._held_since: float | None = None
        self._closed = False

    # The kernel's side -------------------------------------------------------------------------

    @property
    def last(self) -> int:
        """The number of the last message, 0 before the first."""
        return self._first + len(self._log) - 1

    def publish(self, message: Outgoing) -> None:
        """Append a message for all pages; dropped when the outbox is closed."""
        with self._lock:
            if self._closed:
                return
            self._log.append(message)
            self._bytes += message.size
            if self._bytes > self._limits.replay_bytes or (
                len(self._log) > self._limits.replay_messages
            ):
                self._trim()
            if self._holding:
                if self._held_since is None:
                    self._held_since = time.monotonic()
                return
            ready = self._readers_to_notify()
        _notify(ready)

    def acknowledge(self, reader: Reader, number: int) -> None:
        """Tell a page that all its messages up to a number have been processed."""
        with self._lock:
            reader.ack = max(reader.ack, number)
            if self._holding:
                if self._held_since is None:
                    self._held_since = time.monotonic()
                return
            ready = self._readers_to_notify()
        _notify(ready)

    def hold(self) -> None:
        """Collect messages until `release`, so that they leave together."""
        with self._lock:
            self._holding = True

    def release(self) -> None:
        """Send what was collected and stop collecting."""
        with self._lock:
            self._holding = False
            self._held_since = None
            ready = self._readers_to_notify()
        _notify(ready)

    def flush(self) -> None:
        """Send what has been collected for longer than the eye would forgive."""
        since = self._held_since
        if since is None or time.monotonic() - since < HOLD_SECONDS:
            return
        with self._lock:
            self._held_since = None
            ready = self._readers_to_notify()
        _notify(ready)

    def close(self) -> None:
        """Drop everything; what comes later is dropped as well."""
        with self._lock:
            self._closed = True
            self._log.clear()
            self._bytes = 0
            self._readers.clear()

    # The pages' side ---------------------------------------------------------------------------

    def connect(self, reader: Reader, seen: int, notify: Callable[[], None]) -> bool:
        """Let a page read on after the number that it has seen.

        Returns False, and leaves it without messages until `give_state`, where the log no longer
        holds what it missed. `notify` is called from any thread when there is something to take.
        """
        with self._lock:
            if reader not in self._readers:
                self._readers.append(reader)
            reader.notify = notify
            reader.notified = False
            reader.expelled = False
            reader.state = None
            resumable = self._first - 1 <= seen <= self.last
            reader.sent = reader.applied = seen if resumable else self.last
            # The welcome tells the acknowledged number.
            reader.ack_sent = reader.ack
            return resumable

    def disconnect(self, reader: Reader, notify: Callable[[], None]) -> None:
        """Note that the connection that gave `notify` has ended; the page may come back."""
        with self._lock:
            # A newer connection of the same page may have taken over.
            if reader.notify == notify:
                reader.notify = None
                self._trim()

    def forget(self, reader: Reader) -> None:
        """Note that a page has ended for good."""
        with self._lock:
            reader.notify = None
            if reader in self._readers:
                self._readers.remove(reader)
            self._trim()

    def give_state(self, reader: Reader, state: Sequence[Outgoing], after: int) -> bool:
        """Give a page the kernel's full state as it was after a message's number.

        Returns False where messages have been published since, or the reader has moved on.
        """
        with self._lock:
            if self.last != after or reader.notify is None:
                return False
            reader.state = deque(state)
            reader.sent = reader.applied = after
            ready = self._readers_to_notify()
        _notify(ready)
        return True

    def applied(self, reader: Reader, number: int) -> None:
        """Note that a page has applied all messages up to a number."""
        with self._lock:
            reader.applied = min(max(reader.applied, number), reader.sent)
            self._drop_applied()

    def take(self, reader: Reader) -> Batch | None:
        """Return the next frame's worth of messages for a page, None if there is nothing.

        Raises `PageTooSlowError` where the page must be resynchronised.
        """
        with self._lock:
            reader.notified = False
            if reader.expelled:
                raise PageTooSlowError("The page reads too slowly and must be resynchronised.")
            if reader.state is not None:
                return self._take_state(reader)
            messages: list[Outgoing] = []
            first = reader.sent + 1
            size = 0
            for message in itertools.islice(self._log, first - self._first, None):
                if messages and size + message.size > FRAME_BYTES:
                    break
                messages.append(message)
                size += message.size
            if not messages and reader.ack == reader.ack_sent:
                return None
            reader.sent += len(messages)
            reader.ack_sent = reader.ack
            return Batch(reader.ack, first, messages)

    def _take_state(self, reader: Reader) -> Batch | None:
        messages: list[Outgoing] = []
        size = 0
        state = reader.state
        while state and (not messages or size + state[0].size <= FRAME_BYTES):
            messages.append(state.popleft())
            size += messages[-1].size
        if not messages:
            reader.state = None
            return Batch(reader.ack, 0, ())
        return Batch(reader.ack, 0, messages)

    # Under the lock ----------------------------------------------------------------------------

    def _readers_to_notify(self) -> list[Reader]:
        last = self.last
        ready = []
        for reader in self._readers:
            if reader.notify is None or reader.notified:
                continue
            if reader.sent < last or reader.ack != reader.ack_sent or reader.state is not None:
                reader.notified = True
                ready.append(reader)
        return ready

    def _trim(self) -> None:
        """Drop the oldest messages beyond the limits, except what connected pages still need."""
        limits = self._limits
        connected = [r.sent for r in self._readers if r.notify is not None and not r.expelled]
        needed = min(connected, default=self.last)
        while self._log and (
            self._bytes > limits.replay_bytes or len(self._log) > limits.replay_messages
        ):
            if self._first > needed:
                if self._bytes <= limits.backlog_bytes:
                    return
                self._expel_behind(self._first)
                needed = self.last
            self._drop_first()

    def _expel_behind(self, number: int) -> None:
        """Give up on pages that are too far behind: they will be resynchronised."""
        for reader in self._readers:
            if reader.sent < number:
                reader.expelled = True

    def _drop_applied(self) -> None:
        if not self._readers:
            return
        applied = min(reader.applied for reader in self._readers)
        while self._log and self._first <= applied:
            self._drop_first()

    def _drop_first(self) -> None:
        self._bytes -= self._log.popleft().size
        self._first += 1


def _notify(readers: list[Reader]) -> None:
    """Tell readers outside of the lock: what they call takes locks of its own."""
    for reader in readers:
        notify = reader.notify
        if notify is not None:
            notify()
