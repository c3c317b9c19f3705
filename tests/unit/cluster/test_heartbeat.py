"""When a worker is thought to hang."""

from __future__ import annotations

import asyncio
import sys
from types import ModuleType

import pytest

from sundog.cluster.heartbeat import Health, HealthCheck, Heartbeat


def watch(
    check: HealthCheck, counts: list[int], *, start: float = 0, ready: bool = True
) -> list[Health]:
    """Look once a second at counts; return what was found."""
    return [check.look(start + at, count, ready=ready) for at, count in enumerate(counts)]


def test_a_count_that_rises_is_well() -> None:
    assert set(watch(HealthCheck(8), list(range(1, 100)))) == {Health.WELL}


def test_a_count_that_stands_still_is_suspect_then_hung() -> None:
    found = watch(HealthCheck(8), [5] * 11)
    assert found[:2] == [Health.WELL] * 2
    assert found[2:8] == [Health.SUSPECT] * 6
    assert found[8:] == [Health.HUNG] * 3


def test_one_that_goes_on_is_well_again() -> None:
    assert watch(HealthCheck(8), [1, 1, 1, 1, 2, 2])[3:] == [
        Health.SUSPECT,
        Health.WELL,
        Health.WELL,
    ]


def test_an_app_that_starts_may_take_longer() -> None:
    found = watch(HealthCheck(8), [1] * 50, ready=False)
    assert found.index(Health.HUNG) == 48


@pytest.mark.parametrize(("timeout", "count"), [(0, 5), (8, 0)])
def test_what_is_not_watched_never_hangs(timeout: float, count: int) -> None:
    assert Health.HUNG not in watch(HealthCheck(timeout), [count] * 100)


def test_a_machine_that_was_suspended_is_no_hang() -> None:
    check = HealthCheck(8)
    watch(check, [1, 2, 3, 3])
    # The supervisor stood still as well: whatever its clock says, the worker gets its time.
    assert check.look(1000, 3, ready=True) is Health.WELL
    assert watch(check, [3] * 9, start=1001)[:7] == [Health.WELL] + [Health.SUSPECT] * 6
    # Nor is a clock that jumps back.
    assert HealthCheck(8).look(-50, 3, ready=True) is Health.WELL


@pytest.mark.anyio
async def test_the_event_loop_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    counts: list[int] = []
    # Other tests of the process may have imported the real one.
    monkeypatch.setattr("sundog.cluster.heartbeat._DEBUGGERS", ("a_debugger",))
    monkeypatch.setattr("sundog.cluster.heartbeat.BEAT_SECONDS", 0)
    Heartbeat(counts.append)
    while len(counts) < 5:
        await asyncio.sleep(0)
    assert counts[:5] == [1, 2, 3, 4, 5]
    # What is being debugged may stand still.
    monkeypatch.setitem(sys.modules, "a_debugger", ModuleType("a_debugger"))
    while counts[-1] != 0:
        await asyncio.sleep(0)
