"""What is reported: three events, and nothing about who uses the server or what it serves."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sundog import __version__
from sundog.config import Settings
from sundog.web.socket.usage import Counts

DAY: Final = 86400.0

Value = str | int | float


@dataclass(frozen=True, slots=True)
class Event:
    """One report."""

    name: str
    properties: Mapping[str, Value]


def server_started(settings: Settings) -> Event:
    """Say that a server has started: which versions, in which mode."""
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
    """Say how much the server was used since the last report, and since its start."""
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
    """Say that a server has stopped, and after how many seconds."""
    return Event(
        "Sundog server stop", {"version": __version__, "duration_seconds": round(uptime, 1)}
    )
