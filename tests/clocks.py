"""Time that stands still until a test moves it."""

from __future__ import annotations


class FakeClock:
    """A clock as `sundog.clock.Clock` describes it."""

    def __init__(self, now: float = 1000.0) -> None:
        self.time = now

    def now(self) -> float:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += seconds
