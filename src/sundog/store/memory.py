"""Stores sessions in this process's memory, which other workers can't see."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sundog.ids import SessionId
from sundog.store.backend import Limits, cost, is_due, session_full

logger = logging.getLogger(__name__)

# The bytes of a session's dictionaries besides its values.
SESSION_OVERHEAD: Final = 512
_WARN_EVERY: Final = 60.0


@dataclass(frozen=True, slots=True)
class _Entry:
    value: bytes
    deadline: float | None

    def is_live(self, now: float) -> bool:
        return self.deadline is None or now < self.deadline


@dataclass(slots=True)
class _Record:
    """One session. `size` includes expired entries that were not removed yet."""

    deadline: float
    size: int = SESSION_OVERHEAD
    entries: dict[str, _Entry] = field(default_factory=dict)

    def put(self, key: str, entry: _Entry) -> None:
        self.drop(key)
        self.entries[key] = entry
        self.size += cost(key, entry.value)

    def drop(self, key: str) -> _Entry | None:
        entry = self.entries.pop(key, None)
        if entry is not None:
            self.size -= cost(key, entry.value)
        return entry

    def drop_expired(self, now: float) -> None:
        for key in [key for key, entry in self.entries.items() if not entry.is_live(now)]:
            self.drop(key)


class MemoryBackend:
    """Stores values in memory.

    Args:
        limits: The limits of sessions and values.
        total_bytes: The maximum size of all sessions. Beyond it, the least recently used session is
            dropped.
        now: Returns the time of day in seconds.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        total_bytes: int = 256 << 20,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._limits = limits or Limits()
        self._total_bytes = total_bytes
        self._now = now
        self._lock = threading.Lock()
        # The lock guards what follows.
        self._records: OrderedDict[SessionId, _Record] = OrderedDict()
        self._size = 0
        self._warned_at: float | None = None

    def read(self, session: SessionId, key: str) -> bytes | None:
        """Return a value."""
        with self._lock:
            now = self._now()
            record = self._used(session, now)
            entry = None if record is None else record.entries.get(key)
            return entry.value if entry is not None and entry.is_live(now) else None

    def read_all(self, session: SessionId) -> dict[str, bytes]:
        """Return all values of a session, by key."""
        with self._lock:
            now = self._now()
            record = self._used(session, now)
            if record is None:
                return {}
            return {k: entry.value for k, entry in record.entries.items() if entry.is_live(now)}

    def write(self, session: SessionId, key: str, value: bytes, lifetime: float | None) -> None:
        """Store a value; without a lifetime, as long as the session."""
        with self._lock:
            now = self._now()
            self._put(session, key, value, None if lifetime is None else now + lifetime, now)

    def swap(
        self,
        session: SessionId,
        key: str,
        old: bytes | None,
        new: bytes,
        lifetime: float | None,
    ) -> bool:
        """Store a value if the current one is `old`; return whether it was."""
        with self._lock:
            now = self._now()
            record = self._live(session, now)
            entry = None if record is None else record.entries.get(key)
            if entry is not None and not entry.is_live(now):
                entry = None
            if (None if entry is None else entry.value) != old:
                return False
            kept = None if entry is None else entry.deadline
            self._put(session, key, new, kept if lifetime is None else now + lifetime, now)
            return True

    def remove(self, session: SessionId, key: str) -> bytes | None:
        """Remove a value and return it."""
        with self._lock:
            now = self._now()
            record = self._live(session, now)
            if record is None:
                return None
            before = record.size
            entry = record.drop(key)
            self._size += record.size - before
            if not record.entries:
                self._forget(session)
            return entry.value if entry is not None and entry.is_live(now) else None

    def clear(self, session: SessionId) -> None:
        """Remove all values of a session."""
        with self._lock:
            self._forget(session)

    @property
    def size(self) -> int:
        """The bytes that all sessions take, counted as for `total_bytes`."""
        with self._lock:
            return self._size

    def check(self) -> None:
        """Do nothing: memory is always available."""

    def close(self) -> None:
        """Drop everything."""
        with self._lock:
            self._records.clear()
            self._size = 0

    # Under the lock ----------------------------------------------------------------------------

    def _live(self, session: SessionId, now: float) -> _Record | None:
        record = self._records.get(session)
        if record is not None and record.deadline <= now:
            self._forget(session)
            return None
        return record

    def _used(self, session: SessionId, now: float) -> _Record | None:
        record = self._live(session, now)
        if record is not None and is_due(record.deadline, now, self._limits.lifetime):
            self._prolong(session, record, now)
        return record

    def _put(
        self, session: SessionId, key: str, value: bytes, deadline: float | None, now: float
    ) -> None:
        record = self._live(session, now) or _Record(deadline=now)
        before = record.size
        present = record.entries.get(key)
        growth = cost(key, value) - (0 if present is None else cost(key, present.value))
        if growth > 0 and self._is_full(record, growth):
            record.drop_expired(now)
            present = record.entries.get(key)
            growth = cost(key, value) - (0 if present is None else cost(key, present.value))
            if self._is_full(record, growth):
                self._size += record.size - before
                raise session_full(self._limits)
        record.put(key, _Entry(value, deadline))
        if session not in self._records:
            before = 0
        self._size += record.size - before
        self._prolong(session, record, now)
        self._make_room(now)

    def _is_full(self, record: _Record, growth: int) -> bool:
        return record.size - SESSION_OVERHEAD + growth > self._limits.session_bytes

    def _prolong(self, session: SessionId, record: _Record, now: float) -> None:
        record.deadline = now + self._limits.lifetime
        self._records[session] = record
        self._records.move_to_end(session)

    def _forget(self, session: SessionId) -> None:
        record = self._records.pop(session, None)
        if record is not None:
            self._size -= record.size

    def _make_room(self, now: float) -> None:
        # All have the same lifetime, so those that expire first come first.
        while len(self._records) > 1:
            session, record = next(iter(self._records.items()))
            if record.deadline > now:
                if self._size <= self._total_bytes:
                    break
                self._warn(now)
            self._forget(session)

    def _warn(self, now: float) -> None:
        if self._warned_at is not None and now - self._warned_at < _WARN_EVERY:
            return
        self._warned_at = now
        logger.warning(
            "Sessions exceed their memory limit of %s bytes; the least recently used ones are "
            "dropped. Raise SUNDOG_STORE_MEMORY_BYTES, or set SUNDOG_STORE_URL to store sessions "
            "in a database.",
            f"{self._total_bytes:,}",
        )
