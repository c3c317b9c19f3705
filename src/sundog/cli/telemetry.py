"""``sundog telemetry``: prints whether usage is reported, and the data that is sent."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sundog.cli.explain import explained
from sundog.cli.options import ENV_FILE_OPTION, load_for


@click.command(
    "telemetry", short_help="Print the usage data that would be sent, without sending it."
)
@click.argument("app", required=False)
@ENV_FILE_OPTION
@click.option("--production", is_flag=True, help="Use the settings of sundog run --production.")
def show_telemetry(app: str | None, env_file: Path | None, production: bool) -> None:
    """Print whether usage is reported, and exactly the data that would be sent, without sending it.

    With APP, the .env file next to it is read too. The token is masked.
    """
    from sundog.config.state_folder import state_folder
    from sundog.errors import ConfigError
    from sundog.telemetry.installation import installation_id
    from sundog.telemetry.policy import SWITCH, decide
    from sundog.telemetry.preview import examples, messages
    from sundog.telemetry.sender import events_url
    from sundog.urls import MASK

    with explained():
        settings, _ = load_for(app, env_file, {"app": app}, production=production)
        policy = decide(settings)
        click.echo(f"{policy.words}.")
        identity = "(a random id)"
        if policy.on:
            identity = installation_id(state_folder(settings))
        try:
            made = messages(examples(settings), MASK, identity)
        except ImportError:
            raise ConfigError(
                "the mixpanel library, which creates the messages, is not installed. To see them:"
                " pip install 'sundog[telemetry]'"
            ) from None
    click.echo(
        (
            "These messages are"
            if policy.on
            else "Nothing is sent. With telemetry on, these would be"
        )
        + f" posted to {events_url(settings.telemetry_mixpanel_host)} at start, once a day and at"
        " stop, as a form with verbose=1, ip=0 (no address is looked up) and"
    )
    for message in made:
        click.echo("\ndata=" + json.dumps(message, indent=2))
    click.echo(f"\nTo turn telemetry off, set {SWITCH}=False in the environment or in a .env file.")
