"""The store in an SQLite file."""

from __future__ import annotations

import functools
import os
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sundog.errors import StoreUnavailableError
from sundog.store.backend import DAY, Backend
from sundog.store.sqlite import SqliteBackend
from sundog.store.sqlite_connections import MAX_CONNECTIONS
from tests.stores import ANN, BOB, LIMITS, BackendContract, Time


class TestSqlite(BackendContract):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.path = tmp_path / "sessions.db"

    def make(self, time: Time) -> Backend:
        return SqliteBackend(self.path, LIMITS, timeout=20, now=time)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sessions.db"


def test_it_outlives_the_process(path: Path) -> None:
    first = SqliteBackend(path, LIMITS)
    first.write(ANN, "a", b"1", None)
    first.close()
    second = SqliteBackend(path, LIMITS)
    assert second.read(ANN, "a") == b"1"
    second.close()


def test_only_the_owner_can_read_it(path: Path) -> None:
    backend = SqliteBackend(path, LIMITS)
    backend.write(ANN, "a", b"1", None)
    modes = {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    assert modes == {0o600}
    backend.close()


def test_what_has_expired_leaves_the_file(path: Path) -> None:
    time = Time()
    backend = SqliteBackend(path, LIMITS, now=time)
    backend.write(ANN, "a", b"1", None)
    time.pass_by(20 * DAY)
    backend.write(BOB, "a", b"1", 10)
    backend.write(BOB, "b", b"1", None)
    time.pass_by(11 * DAY)
    backend.write(BOB, "c", b"1", None)
    backend.close()
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT key FROM entries ORDER BY key").fetchall() == [("b",), ("c",)]
    assert connection.execute("SELECT id FROM sessions").fetchall() == [(BOB,)]
    connection.close()


def test_a_file_that_stays_busy_is_an_error(path: Path) -> None:
    backend = SqliteBackend(path, LIMITS, timeout=0.01)
    backend.write(ANN, "a", b"1", None)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailableError, match=r"sessions\.db can't be used \(database is lo"):
        backend.write(ANN, "a", b"2", None)
    with pytest.raises(StoreUnavailableError):
        backend.check()
    assert backend.read(ANN, "a") == b"1"
    holder.execute("ROLLBACK")
    holder.close()
    backend.write(ANN, "a", b"2", None)
    backend.close()


def test_no_more_connections_than_allowed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = SqliteBackend(path, LIMITS, timeout=0.01)
    inside, leave = threading.Barrier(MAX_CONNECTIONS + 1), threading.Event()
    opened = connections(monkeypatch, lambda: (inside.wait(10), leave.wait(10)))
    threads = [
        threading.Thread(target=backend.read, args=(ANN, "a")) for _ in range(MAX_CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    inside.wait(10)
    with pytest.raises(StoreUnavailableError, match="too many wait"):
        backend.read(ANN, "a")
    backend.close()
    leave.set()
    for thread in threads:
        thread.join()
    with pytest.raises(StoreUnavailableError, match="closed"):
        backend.read(ANN, "a")
    assert len(opened) == MAX_CONNECTIONS
    for connection in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.commit()


def test_a_deleted_file_is_reported_and_created_again(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    backend = SqliteBackend(path, LIMITS)
    backend.write(ANN, "a", b"1", None)
    path.unlink()
    assert backend.read(ANN, "a") is None
    backend.write(ANN, "a", b"2", None)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "was deleted or replaced" in caplog.text
    other = SqliteBackend(path, LIMITS)
    assert other.read(ANN, "a") == b"2"
    other.close()
    backend.close()


def test_a_file_that_replaces_the_one_in_use_is_used(
    path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    backup = SqliteBackend(tmp_path / "backup.db", LIMITS)
    backup.write(ANN, "a", b"from the backup", None)
    backup.close()
    backend = SqliteBackend(path, LIMITS)
    backend.write(ANN, "a", b"1", None)
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink()
    (tmp_path / "backup.db").replace(path)
    assert backend.read(ANN, "a") == b"from the backup"
    assert "was deleted or replaced" in caplog.text
    backend.close()


def test_a_deleted_folder_is_an_error_until_it_exists_again(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    backend = SqliteBackend(folder / "sessions.db", LIMITS)
    backend.write(ANN, "a", b"1", None)
    shutil.rmtree(folder)
    with pytest.raises(StoreUnavailableError, match="No such file"):
        backend.check()
    folder.mkdir()
    backend.write(ANN, "a", b"2", None)
    assert backend.read(ANN, "a") == b"2"
    backend.close()


def test_a_connection_in_use_of_a_deleted_file_is_closed_after_its_use(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = SqliteBackend(path, LIMITS)
    inside, leave = threading.Event(), threading.Event()

    def wait_once() -> None:
        if not inside.is_set():
            inside.set()
            leave.wait(10)

    opened = connections(monkeypatch, wait_once)
    reader = threading.Thread(target=backend.read, args=(ANN, "a"))
    reader.start()
    assert inside.wait(10)
    path.unlink()
    backend.write(ANN, "a", b"1", None)
    leave.set()
    reader.join()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].commit()
    assert backend.read(ANN, "a") == b"1"
    backend.close()


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match=r"No such file.*SUNDOG_STORE_URL"):
        SqliteBackend(tmp_path / "missing" / "sessions.db")


def test_no_database(path: Path) -> None:
    path.write_text("something else, and long enough to be looked at as a header " * 20)
    with pytest.raises(StoreUnavailableError, match="not a database"):
        SqliteBackend(path)


def test_another_version(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreUnavailableError, match="another version of Sundog, 99"):
        SqliteBackend(path)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't fork")
def test_a_forked_process_uses_connections_of_its_own(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = SqliteBackend(path, LIMITS)
    opened = connections(monkeypatch)
    backend.write(ANN, "a", b"1", None)
    assert backend.read(ANN, "a") == b"1"
    assert len(opened) == 1
    with monkeypatch.context() as forked:
        forked.setattr(os, "getpid", lambda: -1)
        assert backend.read(ANN, "a") == b"1"
        assert len(opened) == 2
        backend.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[1].commit()
    # The parent process still uses this one.
    opened[0].commit()
    opened[0].close()


def connections(
    monkeypatch: pytest.MonkeyPatch, reading: Callable[[], object] = lambda: None
) -> list[sqlite3.Connection]:
    """Return a list of the connections that will be opened; they call `reading` when they read."""
    opened: list[sqlite3.Connection] = []

    class Connection(sqlite3.Connection):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            opened.append(self)

        def execute(self, sql: str, *given: Any) -> sqlite3.Cursor:
            if sql.startswith("SELECT"):
                reading()
            return super().execute(sql, *given)

    monkeypatch.setattr(sqlite3, "connect", functools.partial(sqlite3.connect, factory=Connection))
    return opened
