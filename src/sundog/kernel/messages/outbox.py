"""A kernel's messages to its pages: numbered, kept for a while, taken in batches.

All pages read the same log of messages, each at its own position. `retention` says how long a
message stays. A page whose position has left the log needs the kernel's full state instead.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from sundog.errors import PageTooSlowError
from sundog.kernel.messages.left_out import LeftOut
from sundog.kernel.messages.log import MessageLog
from sundog.kernel.messages.reader import Batch, Reader, wake
from sundog.kernel.messages.retention import OutboxLimits, Retention
from sundog.protocol import Outgoing

HOLD_SECONDS = 0.020


class Outbox:
    """The log of one kernel. Thread-safe."""

    def __init__(self, limits: OutboxLimits, left_out: LeftOut | None = None) -> None:
        """Create an empty log.

        Args:
            limits: How much is kept.
            left_out: The comms that full states have left out; none by default.
        """
        # The lock guards the attributes below. It is re-entrant because the garbage collector may
        # run under it, and with it a finalizer of the app that prints.
        self._lock = threading.RLock()
        self._log = MessageLog()
        self._readers: list[Reader] = []
        self._retention = Retention(self._log, self._readers, limits)
        self._holding = False
        self._held_since: float | None = None
        self._closed = False
        self._left_out = LeftOut("") if left_out is None else left_out
        # The outbox that has taken over the readers.
        self._heir: Outbox | None = None

    # The kernel's side -------------------------------------------------------------------------

    @property
    def last(self) -> int:
        """The number of the last message, or 0 before the first."""
        return self._log.last

    @property
    def stored_bytes(self) -> int:
        """The size of the messages in the log."""
        return self._log.bytes

    def publish(self, message: Outgoing, *, force: bool = False) -> bool:
        """Append a message for all pages. Dropped if the outbox is closed.

        Returns False, without appending it, if it names a comm that a full state has left out:
        `open_left_out` comes first, unless it is forced.
        """
        with self._lock:
            if self._closed:
                return True
            if self._left_out and not force and self._left_out.is_named_in(message):
                return False
            self._log.append(message)
            self._retention.appended()
            if self._holding:
                if self._held_since is None:
                    self._held_since = time.monotonic()
                return True
            ready = self._readers_to_notify()
        wake(ready)
        return True

    def left_out_in(self, message: Outgoing) -> set[str]:
        """Return the comms that a message names and a full state has left out."""
        with self._lock:
            return self._left_out.named_in(message) if self._left_out else set()

    def is_left_out(self, comm_id: str) -> bool:
        """Return whether a full state has left a comm out, and it was not opened since."""
        return comm_id in self._left_out

    def open_left_out(self, opening: Mapping[str, Outgoing | None]) -> bool:
        """Publish the messages that open comms which full states have left out, all at once.

        A comm whose message is None is not left out any more, but nothing opens it. Comms that
        another thread has opened meanwhile are skipped. Returns False, and publishes nothing, if
        the messages name a comm that has been left out meanwhile.
        """
        with self._lock:
            for message in opening.values():
                if message is not None and self._left_out.named_in(message) - opening.keys():
                    return False
            missing = [message for name, message in opening.items() if self._left_out.remove(name)]
            for message in missing:
                if message is not None:
                    self.publish(message)
            return True

    def forget_left_out(self, comm_id: str) -> None:
        """Note that a comm is being closed, so it need not be opened for that."""
        with self._lock:
            self._left_out.remove(comm_id)

    def acknowledge(self, reader: Reader, number: int) -> None:
        """Acknowledge a page's messages up to a number."""
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
        """Collect messages until `release`, to send them together."""
        with self._lock:
            self._holding = True

    def release(self) -> None:
        """Send the collected messages and stop collecting."""
        with self._lock:
            self._holding = False
            self._held_since = None
            ready = self._readers_to_notify()
        wake(ready)

    def flush(self) -> None:
        """Send messages that were collected so long ago that a user would notice."""
        since = self._held_since
        if since is None or time.monotonic() - since < HOLD_SECONDS:
            return
        with self._lock:
            self._held_since = None
            ready = self._readers_to_notify()
        wake(ready)

    def close(self) -> None:
        """Drop everything, including later messages."""
        with self._lock:
            self._closed = True
            self._log.drop_all()
            for reader in self._readers:
                reader.let_go()
            self._readers.clear()

    # The pages' side ---------------------------------------------------------------------------

    def connect(self, reader: Reader, seen: int, notify: Callable[[], None]) -> bool:
        """Let a page continue after the last number that it has seen.

        Returns False, and leaves it without messages until `give_state`, if the log no longer has
        what it missed. `notify` is called from any thread when there are messages to take.
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
            # The welcome contains the acknowledged number.
            reader.ack_sent = reader.ack
            return resumable

    def disconnect(self, reader: Reader, notify: Callable[[], None]) -> None:
        """Note that the connection that passed `notify` has ended; the page may reconnect."""
        with self._lock:
            # A newer connection of the same page may have taken over.
            if reader.notify == notify:
                reader.let_go()
                self._retention.trim()

    def forget(self, reader: Reader) -> None:
        """Note that a page has ended."""
        with self._lock:
            reader.let_go()
            if reader in self._readers:
                self._readers.remove(reader)
            self._retention.trim()

    def hand_over(self, heir: Outbox) -> tuple[list[Reader], int]:
        """Accept no more messages; return the pages that read here, and the last message's number.

        Messages still acknowledged here are passed to the `heir`.
        """
        with self._lock:
            self._closed = True
            self._heir = heir
            readers = self._readers.copy()
            self._readers.clear()
            return readers, self.last

    def take_over(self, readers: list[Reader], last: int) -> None:
        """Continue from another log's last number, for the pages that read there.

        Pages don't get what was published before: all need the full state, including those that
        have seen the last message, and those that are disconnected.
        """
        with self._lock:
            self._log.begin_after(last + 1)
            for reader in readers:
                reader.sent = reader.applied = self.last
                reader.awaits_state = reader.notify is not None
                reader.notified = reader.expelled = False
                reader.state = None
            self._readers[:] = readers

    def awaits_state(self, reader: Reader) -> bool:
        """Return whether a page is connected and needs the kernel's full state to continue."""
        return reader.awaits_state

    def give_state(
        self,
        reader: Reader,
        state: Sequence[Outgoing],
        after: int,
        *,
        exact: bool = True,
        left_out: Iterable[str] = (),
    ) -> bool:
        """Send a waiting page the kernel's full state as it was after a message's number.

        Returns False if messages have been published since. If it need not be `exact`, these are
        sent again after the state, which must be complete then: an exact one may leave out comms.
        """
        with self._lock:
            if not reader.awaits_state:
                return True
            if exact and self.last != after:
                return False
            self._left_out.add(left_out)
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
            self._retention.drop_applied()

    def take(self, reader: Reader) -> Batch | None:
        """Return the next frame's messages for a page, or None if there are none.

        There are none for a page without a connection, and after `close` or `hand_over`.

        Raises `PageTooSlowError` if the page must resynchronise.
        """
        with self._lock:
            reader.notified = False
            if reader.expelled:
                raise PageTooSlowError("The page reads too slowly and must be resynchronised.")
            if self._closed or reader.notify is None:
                # Its position may have left the log.
                return None
            if reader.state is not None:
                return reader.take_state()
            first = reader.sent + 1
            messages = [] if reader.awaits_state else self._log.frame(first)
            if not messages and reader.ack == reader.ack_sent:
                return None
            reader.sent += len(messages)
            reader.ack_sent = reader.ack
            return Batch(reader.ack, first, messages)

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
