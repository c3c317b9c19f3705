"""The three events that are reported, without anything about users or apps."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sundog import __version__
from sundog.config import Settings
from sundog.web.usage import Counts

DAY: Final = 86400.0

Value = str | int | float


@dataclass(frozen=True, slots=True)
class Event:
    """One report."""

    name: str
    properties: Mapping[str, Value]


def server_started(settings: Settings) -> Event:
    """Return the event of a server's start, with versions and mode."""
    return Event(
        "Sundog server start",
        {
            "version": __version__,
            "python": ".".join(map(str, sys.version_info[:2])),
            "system": platform.system(),
            "mode": settings.mode.value,
            "workers": settings.workers,
        },
    )


def day_passed(uptime: float, before: Counts, now: Counts) -> Event:
    """Return a daily event: the use since the last report, and since the start."""
    return Event(
        "Sundog server day",
        {
            "version": __version__,
            "days_up": round(uptime / DAY, 2),
            "sessions": now.sessions_today,
            "connections": now.connections - before.connections,
            "sessions_since_start": now.sessions,
            "connections_since_start": now.connections,
        },
    )


def server_stopped(uptime: float) -> Event:
    """Return the event of a server's stop, with its uptime in seconds."""
    return Event(
        "Sundog server stop", {"version": __version__, "duration_seconds": round(uptime, 1)}
    )
