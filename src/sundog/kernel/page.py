"""One browser page of a kernel: what was received from it, and where it reads the outbox."""

from __future__ import annotations

from sundog.errors import ProtocolError
from sundog.ids import PageId
from sundog.kernel.outbox import Reader
from sundog.protocol.message import PageBatch


class Page:
    """Counts a page's messages, so that each is handled once however often it is sent."""

    def __init__(self, page_id: PageId) -> None:
        self.id = page_id
        self.received = 0
        self.reader = Reader()

    def accept(self, batch: PageBatch) -> int:
        """Return how many of a batch's first messages are known already, and count the rest.

        Raises `ProtocolError` where messages are missing in between.
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
