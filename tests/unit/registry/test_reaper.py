"""The heap of deadlines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sundog.ids import KernelId
from sundog.registry.reaper import COMPACT_FROM, Reaper
from tests.clocks import FakeClock

A, B = KernelId("a"), KernelId("b")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def reaper(clock: FakeClock) -> Reaper:
    return Reaper(clock)


def test_without_deadlines_there_is_nothing_to_wait_for(reaper: Reaper) -> None:
    assert reaper.seconds_to_next() is None
    assert reaper.due() == []


def test_a_deadline_is_due_once(reaper: Reaper, clock: FakeClock) -> None:
    reaper.set(A, clock.now() + 10)
    assert reaper.due() == []
    assert reaper.seconds_to_next() == 10

    clock.advance(10)

    assert reaper.seconds_to_next() == 0
    assert reaper.due() == [A]
    assert reaper.due() == []
    assert reaper.seconds_to_next() is None


def test_a_cancelled_deadline_is_not_due(reaper: Reaper, clock: FakeClock) -> None:
    reaper.set(A, clock.now() + 10)
    reaper.set(A, None)
    reaper.set(B, None)
    assert reaper.seconds_to_next() is None
    clock.advance(100)
    assert reaper.due() == []


@pytest.mark.parametrize("second", [5, 10, 20])
def test_the_last_word_counts(reaper: Reaper, clock: FakeClock, second: float) -> None:
    reaper.set(A, clock.now() + 10)
    reaper.set(A, clock.now() + second)
    assert reaper.seconds_to_next() == second

    clock.advance(second - 1)
    assert reaper.due() == []
    clock.advance(1)
    assert reaper.due() == [A]
    clock.advance(100)
    assert reaper.due() == []


def test_the_earliest_comes_first(reaper: Reaper, clock: FakeClock) -> None:
    reaper.set(A, clock.now() + 20)
    reaper.set(B, clock.now() + 10)
    clock.advance(100)
    assert reaper.due() == [B, A]


def test_pages_that_come_and_go_leave_nothing_behind(reaper: Reaper, clock: FakeClock) -> None:
    reaper.set(B, clock.now() + 5)
    for _ in range(10 * COMPACT_FROM):
        clock.advance(0.001)
        reaper.set(A, clock.now() + 24 * 3600)
        reaper.set(A, None)

    assert reaper.stored_count <= COMPACT_FROM
    clock.advance(5)
    assert reaper.due() == [B]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.integers(0, 20)), max_size=40))
def test_histories(changes: list[tuple[str, int | None]]) -> None:
    clock = FakeClock(0)
    reaper = Reaper(clock)
    expected: dict[str, int] = {}
    for name, at in changes:
        reaper.set(KernelId(name), at)
        expected.pop(name, None)
        if at is not None:
            expected[name] = at

    assert reaper.seconds_to_next() == min(expected.values(), default=None)
    clock.advance(10)
    assert sorted(reaper.due()) == sorted(name for name, at in expected.items() if at <= 10)
    clock.advance(10)
    assert sorted(reaper.due()) == sorted(name for name, at in expected.items() if at > 10)
