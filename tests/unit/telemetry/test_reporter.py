"""What is reported when."""

from __future__ import annotations

import pytest

from sundog import __version__
from sundog.config import Mode, Settings
from sundog.telemetry import reporter as reporter_module
from sundog.telemetry.events import DAY, Event
from sundog.telemetry.reporter import LAST_SECONDS, Reporter
from sundog.web.usage import Counts
from tests.clocks import FakeClock
from tests.kernels import eventually


class FakeSender:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.closed: list[float] = []

    def send(self, event: Event) -> None:
        self.events.append(event)

    def close(self, timeout: float) -> None:
        self.closed.append(timeout)


class FakeTotals:
    def __init__(self) -> None:
        self.counts = Counts()
        self.days = 0

    def read(self) -> Counts:
        return self.counts

    def begin_day(self) -> None:
        self.days += 1


class Rig:
    def __init__(self) -> None:
        self.sender = FakeSender()
        self.totals = FakeTotals()
        self.clock = FakeClock()
        settings = Settings(mode=Mode.PRODUCTION)
        self.reporter = Reporter(settings, self.sender, self.totals, self.clock)

    @property
    def names(self) -> list[str]:
        return [event.name.removeprefix("Sundog server ") for event in self.sender.events]


def test_start_and_stop() -> None:
    rig = Rig()
    rig.reporter.started()
    rig.clock.advance(90.04)
    rig.reporter.stopped()
    start, stop = rig.sender.events
    assert start.name == "Sundog server start"
    assert set(start.properties) == {"version", "python", "system", "mode", "workers"}
    assert (start.properties["mode"], start.properties["workers"]) == ("production", 1)
    assert stop.name == "Sundog server stop"
    assert stop.properties == {"version": __version__, "duration_seconds": 90.0}
    assert rig.sender.closed == [LAST_SECONDS]


def test_a_server_that_never_served_reports_nothing() -> None:
    rig = Rig()
    rig.reporter.look()
    rig.reporter.stopped()
    assert rig.sender.events == []


def test_a_second_start_is_none() -> None:
    rig = Rig()
    rig.reporter.started()
    rig.reporter.started()
    assert rig.names == ["start"]


def test_a_report_each_day() -> None:
    rig = Rig()
    rig.reporter.started()
    rig.totals.counts = Counts(connections=10, sessions=4, sessions_today=4)
    rig.clock.advance(DAY - 1)
    rig.reporter.look()
    assert rig.names == ["start"]
    rig.clock.advance(1)
    rig.reporter.look()
    rig.reporter.look()
    assert rig.totals.days == 1
    rig.totals.counts = Counts(connections=25, sessions=6, sessions_today=3)
    rig.clock.advance(DAY)
    rig.reporter.look()
    assert rig.names == ["start", "day", "day"]
    first, second = (event.properties for event in rig.sender.events[1:])
    assert first == {
        "version": __version__,
        "days_up": 1.0,
        "sessions": 4,
        "connections": 10,
        "sessions_since_start": 4,
        "connections_since_start": 10,
    }
    assert (second["days_up"], second["sessions"], second["connections"]) == (2.0, 3, 15)
    assert (second["sessions_since_start"], second["connections_since_start"]) == (6, 25)
    rig.reporter.stopped()


def test_the_day_is_noticed_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporter_module, "LOOK_SECONDS", 0.001)
    rig = Rig()
    rig.reporter.started()
    rig.clock.advance(DAY)
    eventually(lambda: rig.names == ["start", "day"])
    rig.reporter.stopped()


def test_a_machine_that_slept_for_days_reports_once() -> None:
    rig = Rig()
    rig.reporter.started()
    rig.clock.advance(3.5 * DAY)
    rig.reporter.look()
    rig.clock.advance(0.4 * DAY)
    rig.reporter.look()
    assert rig.names == ["start", "day"]
    rig.clock.advance(0.1 * DAY)
    rig.reporter.look()
    assert rig.names == ["start", "day", "day"]
    rig.reporter.stopped()
