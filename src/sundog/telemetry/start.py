"""Makes the reporter that the settings ask for."""

from __future__ import annotations

import os
from pathlib import Path

from sundog.config import Settings
from sundog.config.places import home_directory, user_state_directory
from sundog.telemetry.installation import installation_id
from sundog.telemetry.reporter import Reporter
from sundog.telemetry.sender import Sender, http_consumer
from sundog.web.socket.usage import Totals


def make_reporter(settings: Settings, totals: Totals) -> Reporter:
    """Return the reporter of a server whose usage is to be reported. Makes the installation id."""
    assert settings.telemetry_mixpanel_token is not None
    sender = Sender(
        settings.telemetry_mixpanel_token.reveal(),
        installation_id(state_directory(settings)),
        lambda: http_consumer(settings.telemetry_mixpanel_host),
    )
    return Reporter(settings, sender, totals)


def state_directory(settings: Settings) -> Path:
    """Return the folder for what outlives the server."""
    return settings.state_directory or user_state_directory(os.environ, home_directory())
