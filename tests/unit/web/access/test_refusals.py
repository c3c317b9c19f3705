"""Refusals are counted, and logged a few times only."""

from __future__ import annotations

import pytest

from sundog.web.access.refusals import LOG_EVERY_SECONDS, Refusal, Refusals
from tests.clocks import FakeClock


def test_every_one_is_counted_and_few_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock()
    refusals = Refusals(clock)
    for _ in range(1000):
        refusals.note(Refusal.ORIGIN, "a request from %r", "http://evil\r\n")
    refusals.note(Refusal.HOST, "another")

    assert refusals.counts == {Refusal.ORIGIN: 1000, Refusal.HOST: 1}
    assert caplog.messages == [r"refused: a request from 'http://evil\r\n'", "refused: another"]

    clock.advance(LOG_EVERY_SECONDS)
    refusals.note(Refusal.ORIGIN, "a request from %r", "x")
    assert caplog.messages[2:] == ["refused: a request from 'x' (and 999 more like it)"]
    clock.advance(LOG_EVERY_SECONDS)
    refusals.note(Refusal.ORIGIN, "a request from %r", "x")
    assert caplog.messages[3:] == ["refused: a request from 'x'"]


def test_counts_are_a_copy() -> None:
    refusals = Refusals()
    before = refusals.counts
    refusals.note(Refusal.SLOW, "slow")
    assert before == {}
