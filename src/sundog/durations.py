"""Durations such as ``30s``, ``10m`` and ``2d``."""

from __future__ import annotations

import math
import re
from datetime import timedelta

_DURATION = re.compile(r"(\d+(?:\.\d+)?|\.\d+)(ms|[dhms])?", re.ASCII)
_SECONDS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def parse_duration(text: str) -> float:
    """Return seconds: a number with d, h, m, s or ms; without a unit, seconds."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(
            "a number with d, h, m, s or ms, such as 30s or 2d; numbers without a unit are seconds"
        )
    return float(match[1]) * _SECONDS[match[2] or "s"]


def show_duration(seconds: float) -> str:
    """Format seconds in the largest unit that gives a whole number."""
    if seconds:
        for unit, size in _SECONDS.items():
            count = seconds / size
            if math.isclose(count, round(count)) and count >= 1:
                return f"{round(count)}{unit}"
    return f"{seconds:g}s"


def seconds(expires: float | str | timedelta) -> float:
    """Return the seconds of an ``expires`` argument: a number, a `timedelta`, or text.

    Text may contain spaces and capitals: ``"90s"``, ``"1.5 h"``.

    Raises:
        ValueError: The argument is not a duration, or not greater than zero.
    """
    if isinstance(expires, str):
        try:
            value = parse_duration("".join(expires.lower().split()))
        except ValueError:
            raise ValueError(
                f"expires={expires!r} is not a duration; use a number with ms, s, m, h or d"
            ) from None
    elif isinstance(expires, timedelta):
        value = expires.total_seconds()
    else:
        value = float(expires)
    if not value > 0:
        raise ValueError(f"expires={expires!r} must be greater than zero")
    return value
