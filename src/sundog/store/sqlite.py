"""Stores sessions in an SQLite file, for several workers on one machine, without a server.

Every change is one short transaction. The file is in write-ahead mode: readers don't wait, and
writers wait for each other, at most as long as the timeout.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from sundog.errors import StoreUnavailableError
from sundog.ids import SessionId
from sundog.store.backend import ENTRY_OVERHEAD, Limits, cost, is_due, session_full
from sundog.store.sqlite_connections import SqliteConnections, TooManyWaitError

logger = logging.getLogger(__name__)

SCHEMA_VERSION: Final = 1
CLEAN_UP_EVERY: Final = 60.0

_SCHEMA: Final = """
CREATE TABLE sessions (id TEXT PRIMARY KEY, deadline REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX sessions_by_deadline ON sessions (deadline);
CREATE TABLE entries (
    session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    value BLOB NOT NULL,
    deadline REAL,
    UNIQUE (session, key)
);
CREATE INDEX entries_by_deadline ON entries (deadline) WHERE deadline IS NOT NULL;
"""
_LIVE: Final = """
FROM entries JOIN sessions ON sessions.id = entries.session
WHERE entries.session = :session AND sessions.deadline > :now
  AND (entries.deadline IS NULL OR entries.deadline > :now)
"""
_READ: Final = f"SELECT value, entries.deadline, sessions.deadline {_LIVE} AND key = :key"
_READ_ALL: Final = f"SELECT key, value, sessions.deadline {_LIVE}"
_SIZE_OF_OTHERS: Final = (
    f"SELECT TOTAL(LENGTH(CAST(key AS BLOB)) + LENGTH(value) + {ENTRY_OVERHEAD}) "
    f"{_LIVE} AND key != :key"
)


class SqliteBackend:
    """Stores values in a file.

    Args:
        path: The file, which is created if it is missing.
        limits: The limits of sessions and values.
        timeout: How long a call waits for other writers, in seconds.
        now: Returns the time of day in seconds.

    Raises:
        StoreUnavailableError: The file can't be used.
    """

    def __init__(
        self,
        path: Path,
        limits: Limits | None = None,
        *,
        timeout: float = 2.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._path = path.absolute()
        self._limits = limits or Limits()
        self._now = now
        self._cleaned_at = now()
        self._connections = SqliteConnections(self._path, timeout=timeout)
        # Held while the file is replaced.
        self._replacing = threading.Lock()
        self._prepare()
        self._connections.renew()

    def read(self, session: SessionId, key: str) -> bytes | None:
        """Return a value."""
        now = self._now()
        with self._connection() as connection:
            row = _one(connection, _READ, {"session": session, "key": key, "now": now})
            if row is None:
                return None
            self._prolong_if_due(connection, session, row[2], now)
            return bytes(row[0])

    def read_all(self, session: SessionId) -> dict[str, bytes]:
        """Return all values of a session, by key."""
        now = self._now()
        with self._connection() as connection:
            rows = connection.execute(_READ_ALL, {"session": session, "now": now}).fetchall()
            if rows:
                self._prolong_if_due(connection, session, rows[0][2], now)
            return {key: value for key, value, _ in rows}

    def write(self, session: SessionId, key: str, value: bytes, lifetime: float | None) -> None:
        """Store a value; without a lifetime, as long as the session."""
        now = self._now()
        with self._transaction() as connection:
            row = _one(connection, _READ, {"session": session, "key": key, "now": now})
            deadline = None if lifetime is None else now + lifetime
            self._put(connection, session, key, row and row[0], value, deadline, now)

    def swap(
        self,
        session: SessionId,
        key: str,
        old: bytes | None,
        new: bytes,
        lifetime: float | None,
    ) -> bool:
        """Store a value if the current one is `old`; return whether it was."""
        now = self._now()
        with self._transaction() as connection:
            row = _one(connection, _READ, {"session": session, "key": key, "now": now})
            present, deadline = (None, None) if row is None else row[:2]
            if present != old:
                return False
            if lifetime is not None:
                deadline = now + lifetime
            self._put(connection, session, key, present, new, deadline, now)
            return True

    def remove(self, session: SessionId, key: str) -> bytes | None:
        """Remove a value and return it."""
        arguments = {"session": session, "key": key, "now": self._now()}
        with self._transaction() as connection:
            row = _one(connection, _READ, arguments)
            connection.execute(
                "DELETE FROM entries WHERE session = :session AND key = :key", arguments
            )
            return None if row is None else bytes(row[0])

    def clear(self, session: SessionId) -> None:
        """Remove all values of a session."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM sessions WHERE id = ?", (session,))

    def check(self) -> None:
        """Raise `StoreUnavailableError` if values can't be stored now."""
        with self._transaction():
            pass

    def close(self) -> None:
        """Close the file. Connections in use are closed after their use."""
        self._connections.close()

    # Inside a transaction ----------------------------------------------------------------------

    def _put(
        self,
        connection: sqlite3.Connection,
        session: SessionId,
        key: str,
        present: bytes | None,
        value: bytes,
        deadline: float | None,
        now: float,
    ) -> None:
        arguments = {"session": session, "key": key, "now": now}
        (others,) = connection.execute(_SIZE_OF_OTHERS, arguments).fetchone()
        grows = present is None or len(value) > len(present)
        if grows and others + cost(key, value) > self._limits.session_bytes:
            raise session_full(self._limits)
        # An expired session must not return with its old values.
        connection.execute("DELETE FROM sessions WHERE id = ? AND deadline <= ?", (session, now))
        self._prolong(connection, session, now)
        connection.execute(
            "INSERT INTO entries (session, key, value, deadline) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET value = excluded.value, deadline = excluded.deadline",
            (session, key, value, deadline),
        )
        if now - self._cleaned_at >= CLEAN_UP_EVERY:
            self._cleaned_at = now
            connection.execute("DELETE FROM sessions WHERE deadline <= ?", (now,))
            connection.execute("DELETE FROM entries WHERE deadline <= ?", (now,))

    def _prolong(self, connection: sqlite3.Connection, session: SessionId, now: float) -> None:
        connection.execute(
            "INSERT INTO sessions (id, deadline) VALUES (?, ?) "
            "ON CONFLICT DO UPDATE SET deadline = excluded.deadline",
            (session, now + self._limits.lifetime),
        )

    def _prolong_if_due(
        self, connection: sqlite3.Connection, session: SessionId, deadline: float, now: float
    ) -> None:
        if is_due(deadline, now, self._limits.lifetime):
            connection.execute(
                "UPDATE sessions SET deadline = ? WHERE id = ? AND deadline > ?",
                (now + self._limits.lifetime, session, now),
            )

    # Connections -------------------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._connection() as connection:
            # Immediate: no other writer may change the values between reading and writing.
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        if self._connections.closed:
            raise StoreUnavailableError(f"{self._path} is closed because the server is stopping")
        if self._connections.is_file_replaced():
            self._use_new_file()
        try:
            with self._connections.use() as connection:
                yield connection
        except TooManyWaitError:
            raise self._unavailable("too many wait for it") from None
        except sqlite3.Error as error:
            raise self._unavailable(str(error)) from error

    def _use_new_file(self) -> None:
        """Use the file that replaced the one in use, or create it."""
        with self._replacing:
            if not self._connections.is_file_replaced():
                # Another thread was faster.
                return
            self._connections.renew()
            if not self._path.exists():
                # SQLite would use these for the new file, which they don't belong to.
                for suffix in ("-wal", "-shm"):
                    with suppress(OSError):
                        os.unlink(f"{self._path}{suffix}")
            self._prepare()
            self._connections.renew()
            logger.error(
                "The session store %s was deleted or replaced while the server was running. The "
                "sessions in the old file are lost; the new file is used from now on. Stop the "
                "server before you change the file.",
                self._path,
            )

    def _prepare(self) -> None:
        """Create the file if it is missing, readable only by its owner."""
        try:
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise self._unavailable(error.strerror or str(error)) from error
        try:
            with closing(self._connections.open()) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("BEGIN IMMEDIATE")
                (version,) = connection.execute("PRAGMA user_version").fetchone()
                if version == 0:
                    for statement in _SCHEMA.split(";"):
                        connection.execute(statement)
                    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._unavailable(str(error)) from error
        if version not in (0, SCHEMA_VERSION):
            raise self._unavailable(f"it has the format of another version of Sundog, {version}")

    def _unavailable(self, reason: str) -> StoreUnavailableError:
        return StoreUnavailableError(
            f"the session store {self._path} can't be used ({reason}). Check that its folder "
            "exists and is writable, that the disk is not full, and SUNDOG_STORE_URL"
        )


def _one(
    connection: sqlite3.Connection, statement: str, arguments: dict[str, object]
) -> tuple[bytes, float | None, float] | None:
    # Fetch all rows, so that no unfinished statement keeps the transaction open.
    rows = connection.execute(statement, arguments).fetchall()
    return rows[0] if rows else None
