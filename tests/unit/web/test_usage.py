"""Sockets and browsers are counted, by day and since the start, over all workers."""

from __future__ import annotations

import multiprocessing

import pytest

from sundog.cluster.shared_state import SharedMemoryState
from sundog.cluster.usage import WorkerLedger, WorkersTotals
from sundog.ids import SessionId
from sundog.web import usage as module
from sundog.web.usage import Counts, OwnLedger, Usage

ADA, BOB, EVE = map(SessionId, ("ada", "bob", "eve"))


def test_one_process() -> None:
    totals = OwnLedger()
    usage = Usage(totals)
    for session in (ADA, BOB, ADA):
        usage.note(session)
    assert totals.read() == Counts(connections=3, sessions=2, sessions_today=2)
    totals.begin_day()
    assert totals.read() == Counts(connections=3, sessions=2, sessions_today=0)
    usage.note(EVE)
    usage.note(ADA)
    assert totals.read() == Counts(connections=5, sessions=3, sessions_today=2)


def test_browsers_are_counted_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SESSIONS", 2)
    totals = OwnLedger()
    usage = Usage(totals)
    for session in (ADA, BOB, EVE):
        usage.note(session)
    assert totals.read() == Counts(connections=3, sessions=2, sessions_today=2)


def test_several_workers() -> None:
    shared_state = SharedMemoryState(multiprocessing.get_context("spawn"), 3)
    totals = WorkersTotals(shared_state)
    first, second = (Usage(WorkerLedger(shared_state, number)) for number in range(2))
    first.note(ADA)
    first.note(ADA)
    second.note(BOB)
    assert totals.read() == Counts(connections=3, sessions=2, sessions_today=2)
    totals.begin_day()
    assert totals.read().sessions_today == 0
    second.note(BOB)
    assert totals.read() == Counts(connections=4, sessions=2, sessions_today=1)
    # What a worker has counted outlives it.
    totals.keep(1)
    shared_state.clear(1)
    assert totals.read() == Counts(connections=4, sessions=2, sessions_today=1)
    Usage(WorkerLedger(shared_state, 1)).note(EVE)
    assert totals.read() == Counts(connections=5, sessions=3, sessions_today=2)
    totals.begin_day()
    assert totals.read().sessions_today == 0
