"""Decides whether usage is reported."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sundog.config import Settings

SWITCH: Final = "SOLARA_TELEMETRY_MIXPANEL_ENABLE"


@dataclass(frozen=True, slots=True)
class Policy:
    """The decision, and its text in the start-up line."""

    on: bool
    words: str


def has_library() -> bool:
    """Return whether the library is installed."""
    return importlib.util.find_spec("mixpanel") is not None


def decide(settings: Settings, installed: Callable[[], bool] = has_library) -> Policy:
    """Return whether usage is reported. Any one reason against it is enough."""
    if settings.auto_restart:
        return Policy(False, f"telemetry off by {settings.source('auto_restart')}")
    if not settings.telemetry_mixpanel_enable:
        return Policy(False, f"telemetry off by {settings.source('telemetry_mixpanel_enable')}")
    if not settings.telemetry_mixpanel_token:
        return Policy(False, "telemetry off, no token")
    if not installed():
        return Policy(False, "telemetry off, sundog[telemetry] is not installed")
    return Policy(True, f"telemetry on; {SWITCH}=False turns it off")
