"""What a kernel has to say to its pages: numbered, kept for a while, taken in batches.

All pages read the same log of messages, each at its own place. A message stays until every page
that is connected has taken it; after that, as many as the limits allow stay until the pages have
said that they applied them, for a page that comes back after a lost connection. A page that has
fallen out of the log needs the kernel's full state instead.

While a connected page lags behind by more than is kept for those that come back, an update of a
widget is dropped from the log when a later one sets the same traits. What is not a mere state
(custom messages, outputs, opening and closing) stays. Past the last bound the page is given up.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sundog.errors import PageTooSlowError
from sundog.kernel.messages.log import MessageLog, frame_length
from sundog.kernel.messages.reader import Batch, Reader, wake
from sundog.protocol.message import Outgoing

HOLD_SECONDS = 0.020


@dataclass(frozen=True, slots=True)
class OutboxLimits:
    """How much is kept for pages that come back, and for pages that are slow."""

    replay_messages: int = 1000
    replay_bytes: int = 4 << 20
    backlog_bytes: int = 64 << 20


class Outbox:
    """The log of one kernel. Thread-safe."""

    def __init__(self, limits: OutboxLimits) -> None:
        self._limits = limits
        # The lock guards all that follows. It is re-entrant because the garbage collector may run
        # under it, and with it a finalizer of the app's that prints.
        self._lock = threading.RLock()
        self._log = MessageLog()
        self._readers: list[Reader] = []
        self._holding = False
        self._held_since: float | None = None
        self._closed = False
        # What has taken over the readers.
        self._heir: Outbox | None = None

    # The kernel's side -------------------------------------------------------------------------

    @property
    def last(self) -> int:
        """The number of the last message, 0 before the first."""
        return self._log.last

    def publish(self, message: Outgoing) -> None:
        """Append a message for all pages; dropped when the outbox is closed."""
        with self._lock:
            if self._closed:
                return
            self._log.append(message)
            if self._over_limits():
                self._trim()
                if self._over_limits():
                    # A connected page lags behind: what it need not see step by step goes.
                    self._log.coalesce()
            elif self._log.coalescing and self._well_within_limits():
                self._log.keep_all()
            if self._holding:
                if self._held_since is None:
                    self._held_since = time.monotonic()
                return
            ready = self._readers_to_notify()
        wake(ready)

    def acknowledge(self, reader: Reader, number: int) -> None:
        """Tell a page that all its messages up to a number have been processed."""
        with self._lock:
            heir = self._heir
            if heir is None:
                reader.ack = max(reader.ack, number)
                if self._holding:
                    if self._held_since is None:
                        self._held_since = time.monotonic()
                    return
                ready = self._readers_to_notify()
        if heir is None:
            wake(ready)
        else:
            heir.acknowledge(reader, number)

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
        wake(ready)

    def flush(self) -> None:
        """Send what has been collected for longer than the eye would forgive."""
        since = self._held_since
        if since is None or time.monotonic() - since < HOLD_SECONDS:
            return
        with self._lock:
            self._held_since = None
            ready = self._readers_to_notify()
        wake(ready)

    def close(self) -> None:
        """Drop everything; what comes later is dropped as well."""
        with self._lock:
            self._closed = True
            self._log.drop_all()
            for reader in self._readers:
                self._let_go(reader)
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
            resumable = self._log.first - 1 <= seen <= self.last
            reader.awaits_state = not resumable
            reader.sent = reader.applied = seen if resumable else self.last
            # The welcome tells the acknowledged number.
            reader.ack_sent = reader.ack
            return resumable

    def disconnect(self, reader: Reader, notify: Callable[[], None]) -> None:
        """Note that the connection that gave `notify` has ended; the page may come back."""
        with self._lock:
            # A newer connection of the same page may have taken over.
            if reader.notify == notify:
                self._let_go(reader)
                self._trim()

    def forget(self, reader: Reader) -> None:
        """Note that a page has ended for good."""
        with self._lock:
            self._let_go(reader)
            if reader in self._readers:
                self._readers.remove(reader)
            self._trim()

    def hand_over(self, heir: Outbox) -> tuple[list[Reader], int]:
        """Take no more messages; return the pages that read here, and the last one's number.

        What is still acknowledged here is told by the `heir`.
        """
        with self._lock:
            self._closed = True
            self._heir = heir
            readers, self._readers = self._readers, []
            return readers, self.last

    def take_over(self, readers: list[Reader], last: int) -> None:
        """Go on from another log's last number, for the pages that read there.

        What was published so far is for nobody: all need the full state, those too that have seen
        that last message, and those that are away.
        """
        with self._lock:
            self._log.begin_after(last + 1)
            for reader in readers:
                reader.sent = reader.applied = self.last
                reader.awaits_state = reader.notify is not None
                reader.notified = reader.expelled = False
                reader.state = None
            self._readers = readers

    def awaits_state(self, reader: Reader) -> bool:
        """Whether a page is connected and can't go on without the kernel's full state."""
        return reader.awaits_state

    def give_state(
        self, reader: Reader, state: Sequence[Outgoing], after: int, *, exact: bool = True
    ) -> bool:
        """Give a page that awaits it the kernel's full state as it was after a message's number.

        Returns False where messages have been published since; when it need not be `exact`, those
        are sent again after the state.
        """
        with self._lock:
            if not reader.awaits_state:
                return True
            if exact and self.last != after:
                return False
            reader.awaits_state = False
            reader.state = list(state)
            reader.state_ack = reader.ack
            reader.sent = reader.applied = after
            ready = self._readers_to_notify()
        wake(ready)
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
            first = reader.sent + 1
            messages = [] if reader.awaits_state else self._log.frame(first)
            if not messages and reader.ack == reader.ack_sent:
                return None
            reader.sent += len(messages)
            reader.ack_sent = reader.ack
            return Batch(reader.ack, first, messages)

    def _take_state(self, reader: Reader) -> Batch:
        messages = reader.state or []
        # What was processed since is not in it: until it is told, the page keeps what it has said.
        ack = reader.ack_sent = max(reader.state_ack, reader.ack_sent)
        if not messages:
            reader.state = None
            return Batch(ack, 0, ())
        count = frame_length(messages)
        reader.state = messages[count:]
        return Batch(ack, 0, messages[:count])

    # Under the lock ----------------------------------------------------------------------------

    def _readers_to_notify(self) -> list[Reader]:
        last = self.last
        ready = []
        for reader in self._readers:
            if reader.notify is None or reader.notified:
                continue
            behind = reader.sent < last and not reader.awaits_state
            if behind or reader.ack != reader.ack_sent or reader.state is not None:
                reader.notified = True
                ready.append(reader)
        return ready

    def _trim(self) -> None:
        """Drop the oldest messages beyond the limits, except what connected pages still need."""
        log = self._log
        needed = self._least_sent()
        while log and self._over_limits():
            if log.first <= needed:
                log.drop_first()
            # The newest message never counts: however large, who has kept up shall get it.
            elif log.bytes - log.last_size <= self._limits.backlog_bytes:
                return
            else:
                self._expel_behind(log.first)
                needed = self._least_sent()

    def _over_limits(self) -> bool:
        limits = self._limits
        return self._log.bytes > limits.replay_bytes or len(self._log) > limits.replay_messages

    def _well_within_limits(self) -> bool:
        limits = self._limits
        return 2 * self._log.bytes <= limits.replay_bytes and (
            2 * len(self._log) <= limits.replay_messages
        )

    def _least_sent(self) -> int:
        """Return the number up to which all connected pages have taken everything."""
        connected = [r.sent for r in self._readers if r.notify is not None and not r.expelled]
        return min(connected, default=self.last)

    def _expel_behind(self, number: int) -> None:
        """Give up on pages that are too far behind: they will be resynchronised."""
        for reader in self._readers:
            if reader.sent < number:
                reader.expelled = True
                reader.awaits_state = False
                reader.state = None

    def _let_go(self, reader: Reader) -> None:
        """Keep only the place of a page that nobody reads for."""
        reader.notify = None
        reader.awaits_state = False
        reader.state = None

    def _drop_applied(self) -> None:
        if not self._readers:
            return
        applied = min(reader.applied for reader in self._readers)
        while self._log and self._log.first <= applied:
            self._log.drop_first()
