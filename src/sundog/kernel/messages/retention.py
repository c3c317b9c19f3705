"""How long a kernel's messages stay in its log.

A message stays until every connected page has taken it. After that, as many as the limits allow
stay until the pages have applied them, for pages that reconnect.

While a connected page lags behind by more than is kept for reconnecting pages, an update of a
widget is dropped from the log when a later one sets the same traits. Messages that are not just
state (custom messages, outputs, opens and closes) stay. A page beyond the last limit must
resynchronise.
"""

from __future__ import annotations

from dataclasses import dataclass

from sundog.kernel.messages.log import MessageLog
from sundog.kernel.messages.reader import Reader


@dataclass(frozen=True, slots=True)
class OutboxLimits:
    """How much is kept for pages that reconnect, and for slow pages."""

    replay_messages: int = 1000
    replay_bytes: int = 4 << 20
    backlog_bytes: int = 64 << 20


class Retention:
    """Drops messages from a log that none of its readers needs. The caller must lock both."""

    def __init__(self, log: MessageLog, readers: list[Reader], limits: OutboxLimits) -> None:
        self._log = log
        self._readers = readers
        self._limits = limits

    def appended(self) -> None:
        """Drop what a new message leaves no room for."""
        if self._over_limits():
            self.trim()
            if self._over_limits():
                # A connected page lags behind, so updates that it need not see are dropped.
                self._log.coalesce()
        elif self._log.coalescing and self._well_within_limits():
            self._log.keep_all()

    def trim(self) -> None:
        """Drop the oldest messages beyond the limits, except those that connected pages need."""
        log = self._log
        needed = self._least_sent()
        while log and self._over_limits():
            if log.first <= needed:
                log.drop_first()
            # The newest message never counts, so that a page that keeps up gets it, however large.
            elif log.bytes - log.last_size <= self._limits.backlog_bytes:
                return
            else:
                self._expel_behind(log.first)
                needed = self._least_sent()

    def drop_applied(self) -> None:
        """Drop the messages that all pages have applied."""
        if not self._readers:
            return
        applied = min(reader.applied for reader in self._readers)
        while self._log and self._log.first <= applied:
            self._log.drop_first()

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
        return min(connected, default=self._log.last)

    def _expel_behind(self, number: int) -> None:
        """Mark pages that are too far behind: they will resynchronise."""
        for reader in self._readers:
            if reader.sent < number:
                reader.expelled = True
                reader.awaits_state = False
                reader.state = None
