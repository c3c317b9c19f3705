"""One browser page of a kernel: what was received from it, and its position in the outbox."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from sundog.errors import ProtocolError
from sundog.ids import PageId
from sundog.kernel.messages.reader import Reader
from sundog.protocol import PageBatch


class Backlog:
    """The frames of a page that its kernel has not processed. Used only on the server's loop."""

    def __init__(self) -> None:
        self._frames: deque[tuple[int, int]] = deque()
        self._bytes = 0

    def add(self, number: int, size: int) -> None:
        """Add a frame: the number of its last message, and its size in bytes."""
        self._frames.append((number, size))
        self._bytes += size

    def __len__(self) -> int:
        return len(self._frames)

    def bytes_after(self, number: int) -> int:
        """Return the size of all frames, except those with all messages processed."""
        while self._frames and self._frames[0][0] <= number:
            self._bytes -= self._frames.popleft()[1]
        return self._bytes


class Page:
    """Counts a page's messages, so that each is handled once, however often it is sent."""

    def __init__(self, page_id: PageId) -> None:
        self.id = page_id
        self.received = 0
        # The last of its messages that its kernel has started to handle.
        self.begun = 0
        self.reader = Reader()
        self.backlog = Backlog()
        # Called with each message's time in seconds, on the kernel's logical thread.
        self.on_handled: Callable[[int, float], object] | None = None

    def keeps_up(self, messages: int, size: int) -> bool:
        """Return whether fewer messages and bytes of the page than these wait for its kernel.

        One frame may always wait, however large it is.
        """
        done = self.reader.ack
        return self.received - done < messages and (
            self.backlog.bytes_after(done) < size or len(self.backlog) < 2
        )

    def accept(self, batch: PageBatch) -> int:
        """Return how many of a batch's first messages are already known, and count the rest.

        Raises `ProtocolError` if messages in between are missing.
        """
        count = len(batch.messages)
        if count == 0:
            return 0
        if batch.first > self.received + 1:
            raise ProtocolError(f"messages {self.received + 1} to {batch.first - 1} are missing")
        known = self.received + 1 - batch.first
        if known < count:
            self.received = batch.first + count - 1
        return min(known, count)
