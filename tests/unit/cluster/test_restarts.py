"""When a worker starts again."""

from __future__ import annotations

from sundog.cluster.restarts import CALM_SECONDS, MOST_SECONDS_UNREADY, Restarts


def test_each_start_waits_twice_as_long_up_to_a_bound() -> None:
    restarts = Restarts()
    delays = [restarts.delay_after(now, ready_since=None) for now in range(9)]
    assert delays == [0, 0.5, 1, 2, 4, 8, 16, MOST_SECONDS_UNREADY, MOST_SECONDS_UNREADY]


def test_one_that_crashes_again_and_again_is_never_away_for_long() -> None:
    restarts = Restarts()
    delays = [restarts.delay_after(now, ready_since=now - 1) for now in range(6)]
    assert delays == [0, 0.5, 1, 1, 1, 1]


def test_one_that_served_for_long_starts_at_once() -> None:
    restarts = Restarts()
    for _ in range(5):
        restarts.delay_after(10, ready_since=9)
    assert restarts.delay_after(10 + CALM_SECONDS, ready_since=10) == 0


def test_only_starts_that_failed_are_hopeless() -> None:
    restarts = Restarts()
    for _ in range(10):
        restarts.delay_after(10, ready_since=9)
    assert not restarts.hopeless
    for _ in range(2):
        restarts.delay_after(10, ready_since=None)
    assert not restarts.hopeless
    restarts.delay_after(10, ready_since=None)
    assert restarts.hopeless
    restarts.delay_after(10, ready_since=9)
    assert not restarts.hopeless
