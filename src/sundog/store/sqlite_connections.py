"""The connections of a process to an SQLite file."""

from __future__ import annotations

import os
import queue
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

MAX_CONNECTIONS: Final = 8

_Slots = queue.LifoQueue[sqlite3.Connection | None]


class TooManyWaitError(Exception):
    """All connections were in use for as long as a call may wait."""


class SqliteConnections:
    """Opens connections to a file when they are needed, and uses them again. Thread-safe.

    At most `MAX_CONNECTIONS` are open. After a fork, the child opens its own: SQLite forbids using
    or closing a connection after a fork (https://www.sqlite.org/howtocorrupt.html, section 2.6).

    Args:
        path: The file.
        timeout: How long a call waits for a connection, and for other writers, in seconds.
    """

    def __init__(self, path: Path, *, timeout: float) -> None:
        self._path = path
        self._timeout = timeout
        self._closed = False
        self._process = os.getpid()
        self._slots = _empty_slots()
        self._file = self._identity()
        # Kept, because their connections would be closed if nothing referred to them.
        self._of_parents: list[_Slots] = []

    def is_file_replaced(self) -> bool:
        """Return whether the path now leads to another file, or to none."""
        found = self._identity()
        return found is None or found != self._file

    def renew(self) -> None:
        """Use the file that is now at the path. Connections in use are closed after their use."""
        old, self._slots = self._slots, _empty_slots()
        self._file = self._identity()
        _close_idle(old)

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    @contextmanager
    def use(self) -> Iterator[sqlite3.Connection]:
        """Return a connection that no other thread uses in the meantime.

        Raises:
            TooManyWaitError: All connections are in use.
            sqlite3.Error: The file can't be opened.
        """
        if self._process != os.getpid():
            self._of_parents.append(self._slots)
            self._slots = _empty_slots()
            self._process = os.getpid()
        slots = self._slots
        try:
            connection = slots.get(timeout=self._timeout)
        except queue.Empty:
            raise TooManyWaitError from None
        try:
            if connection is None:
                connection = self.open()
            yield connection
        finally:
            self._give_back(connection, slots)

    def open(self) -> sqlite3.Connection:
        """Open a connection, which the caller closes.

        Raises:
            sqlite3.Error: The file can't be opened.
        """
        connection = sqlite3.connect(
            self._path, timeout=self._timeout, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            # With write-ahead logging, this still survives a crash of the process.
            connection.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """Close all connections. Those in use are closed after their use."""
        self._closed = True
        _close_idle(self._slots)

    def _give_back(self, connection: sqlite3.Connection | None, slots: _Slots) -> None:
        unusable = self._closed or slots is not self._slots
        if connection is not None and (unusable or connection.in_transaction):
            connection.close()
            connection = None
        slots.put(connection)

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_dev, found.st_ino


def _empty_slots() -> _Slots:
    # Last in, first out, so that few connections are opened. None stands for a new one.
    slots: _Slots = queue.LifoQueue()
    for _ in range(MAX_CONNECTIONS):
        slots.put(None)
    return slots


def _close_idle(slots: _Slots) -> None:
    while True:
        try:
            connection = slots.get_nowait()
        except queue.Empty:
            return
        if connection is not None:
            connection.close()
