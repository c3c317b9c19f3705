"""The messages that would be sent, created by the library that would send them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sundog.config import Settings
from sundog.telemetry.events import DAY, Event, day_passed, server_started, server_stopped
from sundog.telemetry.sender import track
from sundog.web.usage import Counts


@dataclass
class _Recorder:
    """Stores messages instead of sending them."""

    messages: list[Any] = field(default_factory=list)

    def send(
        self,
        endpoint: str,
        json_message: str,
        api_key: str | None = None,
        api_secret: str | None = None,
    ) -> None:
        """Store a message."""
        self.messages.append(json.loads(json_message))


def examples(settings: Settings) -> list[Event]:
    """Return one event of each kind, for a server that has been up for three days."""
    before, now = Counts(180, 21, 0), Counts(310, 34, 15)
    return [
        server_started(settings),
        day_passed(3 * DAY, before, now),
        server_stopped(3.2 * DAY),
    ]


def messages(events: list[Event], token: str, distinct_id: str) -> list[Any]:
    """Return events as messages. Raises `ImportError` if the library is missing."""
    from mixpanel import Mixpanel

    recorder = _Recorder()
    mixpanel = Mixpanel(token, recorder)
    for event in events:
        track(mixpanel, distinct_id, event)
    return recorder.messages
