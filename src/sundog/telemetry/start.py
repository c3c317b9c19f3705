"""Creates the reporter for the settings."""

from __future__ import annotations

from sundog.config import Settings
from sundog.config.state_folder import state_folder
from sundog.telemetry.installation import installation_id
from sundog.telemetry.reporter import Reporter
from sundog.telemetry.sender import Sender, http_consumer
from sundog.web.usage import Totals


def make_reporter(settings: Settings, totals: Totals) -> Reporter:
    """Return a server's reporter. Generates the installation id if necessary."""
    assert settings.telemetry_mixpanel_token is not None
    sender = Sender(
        settings.telemetry_mixpanel_token.reveal(),
        installation_id(state_folder(settings)),
        lambda: http_consumer(settings.telemetry_mixpanel_host),
    )
    return Reporter(settings, sender, totals)
