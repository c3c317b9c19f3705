"""Timers and ticks on the one thread for both."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from sundog.ids import KernelId, SessionId
from sundog.kernel.kernel import VirtualKernel
from sundog.scheduler.driver import Engine
from sundog.scheduler.ticker import COMPACT_FROM, Ticker
from sundog.scope import current_scope, scoped

SOON = 5.0
LATE = 3600.0


@pytest.fixture
def ticker() -> Iterator[Ticker]:
    ticker = Ticker()
    yield ticker
    ticker.stop()


def pulse_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "sundog-pulse"]


def test_no_thread_before_the_first_use() -> None:
    before = pulse_threads()
    Ticker()
    assert pulse_threads() == before


def test_timers_are_called_in_the_order_of_their_moments(ticker: Ticker) -> None:
    called: list[str] = []
    done = threading.Event()
    ticker.call_later(0.03, done.set)
    ticker.call_later(0.02, lambda: called.append("second"))
    ticker.call_later(0.01, lambda: called.append("first"))

    assert done.wait(SOON)
    assert called == ["first", "second"]


def test_a_timer_may_be_set_from_a_timer(ticker: Ticker) -> None:
    done = threading.Event()
    ticker.call_later(0, lambda: ticker.call_later(0, done.set))  # type: ignore[arg-type, return-value]

    assert done.wait(SOON)


def test_a_cancelled_timer_is_not_called(ticker: Ticker) -> None:
    called = threading.Event()
    done = threading.Event()
    ticker.call_later(0.01, called.set).cancel()
    ticker.call_later(0.02, done.set)

    assert done.wait(SOON)
    assert not called.is_set()


def test_an_earlier_timer_wakes_the_thread_that_waits_for_a_later_one(ticker: Ticker) -> None:
    done = threading.Event()
    ticker.call_later(LATE, lambda: None)
    ticker.call_later(0, done.set)

    assert done.wait(SOON)


def test_a_failing_callback_stops_nothing(ticker: Ticker, caplog: pytest.LogCaptureFixture) -> None:
    done = threading.Event()
    ticker.call_later(0, lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    ticker.call_later(0.01, done.set)

    assert done.wait(SOON)
    assert "ZeroDivisionError" in caplog.text


def test_cancelled_timers_do_not_pile_up(ticker: Ticker) -> None:
    for _ in range(20 * COMPACT_FROM):
        ticker.call_later(LATE, lambda: None).cancel()

    assert ticker.timer_count <= COMPACT_FROM


def test_timers_that_are_still_wanted_survive_the_clearing(ticker: Ticker) -> None:
    timers = [ticker.call_later(LATE, lambda: None) for _ in range(10 * COMPACT_FROM)]

    assert ticker.timer_count == len(timers)


def test_a_timer_that_has_run_is_not_kept(ticker: Ticker) -> None:
    class Callback:
        def __call__(self) -> None:
            done.set()

    done = threading.Event()
    callback = Callback()
    gone = weakref.ref(callback)
    gone_now = threading.Event()
    weakref.finalize(callback, gone_now.set)
    ticker.call_later(0, callback)
    del callback

    assert done.wait(SOON)
    assert gone_now.wait(SOON)
    assert gone() is None


def test_it_beats_while_there_is_work(ticker: Ticker) -> None:
    ticks = threading.Semaphore(0)
    ticker.on_tick(ticks.release)
    ticker.work_began()

    for _ in range(3):
        assert ticks.acquire(timeout=SOON)


def test_it_stops_beating_when_there_is_none(
    ticker: Ticker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sundog.scheduler.ticker.TICK_LINGER_SECONDS", 0.02)
    ticks: list[None] = []
    timer = threading.Event()
    ticker.on_tick(lambda: ticks.append(None))
    ticker.work_began()
    ticker.call_later(0.1, timer.set)
    assert timer.wait(SOON)
    count = len(ticks)

    timer.clear()
    ticker.call_later(0.05, timer.set)
    assert timer.wait(SOON)

    assert len(ticks) == count <= 3


def test_timers_do_not_hurry_the_beat(ticker: Ticker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sundog.scheduler.ticker.TICK_SECONDS", LATE)
    ticks: list[None] = []
    done = threading.Event()
    ticker.on_tick(lambda: ticks.append(None))
    ticker.work_began()
    for delay in (0.001, 0.002, 0.003):
        ticker.call_later(delay, lambda: None)
    ticker.call_later(0.004, done.set)

    assert done.wait(SOON)
    assert ticks == []


def test_stop_ends_the_thread_and_drops_the_timers(ticker: Ticker) -> None:
    before = pulse_threads()
    called = threading.Event()
    ticker.call_later(LATE, called.set)
    assert len(pulse_threads()) == len(before) + 1

    ticker.stop()
    ticker.work_began()
    ticker.call_later(0, called.set)

    assert pulse_threads() == before
    assert not called.is_set()


def test_the_thread_belongs_to_no_kernel(ticker: Ticker) -> None:
    engine = Engine()
    kernel = VirtualKernel(KernelId("k"), SessionId("s"), engine)
    found: list[object] = []
    done = threading.Event()

    def look() -> None:
        found.append(current_scope())
        done.set()

    with scoped(kernel.scope):
        ticker.call_later(0, look)

    assert done.wait(SOON)
    assert found == [None]
    engine.stop()


def test_a_system_without_threads_is_asked_again(
    ticker: Ticker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    done = threading.Event()
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        ticker.call_later(0.01, done.set)
        ticker.work_began()
    ticker.work_began()

    assert done.wait(SOON)
    assert "can't start new thread" in caplog.text
    gc.collect()
