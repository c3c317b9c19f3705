"""Reports a server's start, every day of its uptime, and its stop."""

from __future__ import annotations

import threading
from typing import Final, Protocol

from sundog.clock import Clock, SystemClock
from sundog.config import Settings
from sundog.telemetry.events import DAY, Event, day_passed, server_started, server_stopped
from sundog.web.usage import Counts, Totals

# How often to check whether a day has passed, and how long a stop waits for the last report.
LOOK_SECONDS: Final = 60.0
LAST_SECONDS: Final = 1.0


class Sends(Protocol):
    """The sender that the reporter needs."""

    def send(self, event: Event) -> None:
        """Send an event soon."""
        ...

    def close(self, timeout: float) -> None:
        """Stop sending; wait at most this many seconds."""
        ...


class Reporter:
    """Reports the usage of one server, which `totals` counts."""

    def __init__(
        self, settings: Settings, sender: Sends, totals: Totals, clock: Clock | None = None
    ) -> None:
        self._settings = settings
        self._sender = sender
        self._totals = totals
        self._clock = clock or SystemClock()
        self._began: float | None = None
        self._next_day = 0.0
        self._reported = Counts()
        self._ended = threading.Event()

    def started(self) -> None:
        """Report the start, and every day from now on."""
        if self._began is not None:
            return
        self._began = self._clock.now()
        self._next_day = self._began + DAY
        self._sender.send(server_started(self._settings))
        threading.Thread(target=self._watch, name="sundog-days", daemon=True).start()

    def look(self) -> None:
        """Report a day if one has passed."""
        now = self._clock.now()
        if self._began is None or now < self._next_day:
            return
        counts = self._totals.read()
        self._totals.begin_day()
        self._sender.send(day_passed(now - self._began, self._reported, counts))
        self._reported = counts
        # A machine that slept for days sends one report.
        while self._next_day <= now:
            self._next_day += DAY

    def stopped(self) -> None:
        """Report the stop, if the start was reported."""
        self._ended.set()
        if self._began is not None:
            self._sender.send(server_stopped(self._clock.now() - self._began))
            self._sender.close(LAST_SECONDS)

    def _watch(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            self.look()
