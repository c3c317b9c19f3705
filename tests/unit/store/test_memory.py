"""The store in memory."""

from __future__ import annotations

import logging

import pytest

from sundog.errors import StoreFullError
from sundog.ids import SessionId
from sundog.store.backend import DAY, Backend, cost
from sundog.store.memory import SESSION_OVERHEAD, MemoryBackend
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


def test_the_least_recently_used_session_is_dropped(
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


def test_expired_sessions_are_dropped_first_and_without_a_warning(
    backend: MemoryBackend, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3):
        keep(backend, f"old {number}")
    size = backend.size
    time.pass_by(31 * DAY)
    for number in range(3):
        keep(backend, f"new {number}")
    assert backend.size == size
    assert all(backend.read(SessionId(f"new {number}"), "a") for number in range(3))
    assert not caplog.records


def test_the_size_is_what_the_sessions_take(backend: MemoryBackend, time: Time) -> None:
    sessions = [SessionId(str(number)) for number in range(7)]
    keys = "012"
    for turn in range(40):
        name = sessions[turn % 5]
        try:
            backend.write(name, keys[turn % 3], bytes(turn * 37 % 900), turn % 4 * 10 or None)
        except StoreFullError:
            backend.clear(name)
        backend.remove(sessions[turn % 7], "1")
        time.pass_by(7)
        assert backend.size >= sum(live_size(backend, name) for name in sessions) > 0
    for name in sessions:
        for key in keys:
            backend.remove(name, key)
    assert backend.size == 0
    backend.write(ANN, "a", bytes(900), None)
    assert backend.size == live_size(backend, ANN)


def live_size(backend: MemoryBackend, session: SessionId) -> int:
    """Return what the values that can be read take."""
    values = backend.read_all(session)
    return sum(cost(key, value) for key, value in values.items()) + SESSION_OVERHEAD * bool(values)


def test_one_session_may_exceed_the_total_but_pushes_out_the_others() -> None:
    small = MemoryBackend(LIMITS, total_bytes=100)
    small.write(ANN, "a", bytes(900), None)
    assert small.read(ANN, "a") is not None
    small.write(BOB, "a", bytes(900), None)
    assert small.read(ANN, "a") is None
