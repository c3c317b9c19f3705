"""The store in memory."""

from __future__ import annotations

import logging

import pytest

from sundog.errors import StoreFullError
from sundog.ids import SessionId
from sundog.store.backend import DAY, Backend
from sundog.store.memory import MemoryBackend
from tests.stores import ANN, BOB, LIMITS, BackendContract, Time


class TestMemory(BackendContract):
    @pytest.fixture
    def other(self, backend: Backend) -> Backend:
        return backend

    def make(self, time: Time) -> Backend:
        return MemoryBackend(LIMITS, now=time)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def backend(time: Time) -> MemoryBackend:
    return MemoryBackend(LIMITS, total_bytes=5000, now=time)


def keep(backend: MemoryBackend, name: str) -> None:
    backend.write(SessionId(name), "a", bytes(900), None)


def test_the_least_recently_used_is_forgotten(
    backend: MemoryBackend, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "sundog.store.memory"):
        keep(backend, "ann")
        keep(backend, "bob")
        time.pass_by(2 * DAY)
        assert backend.read(ANN, "a") is not None
        for number in range(2):
            keep(backend, f"more {number}")
    assert backend.read(BOB, "a") is None
    assert backend.read(ANN, "a") is not None
    assert len(caplog.records) == 1
    assert "SUNDOG_STORE_MEMORY_BYTES" in caplog.text


def test_it_warns_once_a_minute(
    backend: MemoryBackend, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(10):
        keep(backend, str(number))
    assert len(caplog.records) == 1
    time.pass_by(61)
    keep(backend, "late")
    assert len(caplog.records) == 2


def test_expired_sessions_make_room_without_a_word(
    backend: MemoryBackend, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3):
        keep(backend, f"old {number}")
    time.pass_by(31 * DAY)
    for number in range(3):
        keep(backend, f"new {number}")
    assert backend._records.keys() == {"new 0", "new 1", "new 2"}
    assert not caplog.records


def test_the_size_is_counted_right(backend: MemoryBackend, time: Time) -> None:
    for turn in range(40):
        name = SessionId(str(turn % 5))
        try:
            backend.write(name, str(turn % 3), bytes(turn * 37 % 900), turn % 4 * 10 or None)
        except StoreFullError:
            backend.clear(name)
        backend.remove(SessionId(str(turn % 7)), "1")
        time.pass_by(7)
        assert backend._size == sum(record.size for record in backend._records.values())
    for name in list(backend._records):
        for key in list(backend._records[name].entries):
            backend.remove(name, key)
    assert (backend._size, backend._records) == (0, {})


def test_a_large_session_stands_alone(backend: MemoryBackend) -> None:
    small = MemoryBackend(LIMITS, total_bytes=100)
    small.write(ANN, "a", bytes(900), None)
    assert small.read(ANN, "a") is not None
    small.write(BOB, "a", bytes(900), None)
    assert small.read(ANN, "a") is None
