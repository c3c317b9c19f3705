"""``sundog telemetry``: prints what is reported about the server's use, and whether it is."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sundog.cli.explain import explained
from sundog.cli.options import ENV_FILE_OPTION, load_for


@click.command("telemetry", short_help="Print what would be reported about the use; send nothing.")
@click.argument("app", required=False)
@ENV_FILE_OPTION
@click.option("--production", is_flag=True, help="As sundog run --production has it.")
def show_telemetry(app: str | None, env_file: Path | None, production: bool) -> None:
    """Print exactly what is reported about the server's use, and whether it is. Sends nothing.

    With APP, also the .env beside it counts. The token is not shown.
    """
    from sundog.errors import ConfigError
    from sundog.telemetry.installation import installation_id
    from sundog.telemetry.policy import SWITCH, decide
    from sundog.telemetry.preview import examples, messages
    from sundog.telemetry.sender import events_url
    from sundog.telemetry.start import state_directory
    from sundog.urls import MASK

    with explained():
        settings, _ = load_for(app, env_file, {"app": app}, production=production)
        policy = decide(settings)
        click.echo(f"{policy.words}.")
        identity = "(a random id)"
        if policy.on:
            identity = installation_id(state_directory(settings))
        try:
            made = messages(examples(settings), MASK, identity)
        except ImportError:
            raise ConfigError(
                "what would be sent is made by the mixpanel library;"
                " install it to see that: pip install 'sundog[telemetry]'"
            ) from None
    click.echo(
        "At the start, once a day and at the stop, "
        + ("this is posted" if policy.on else "nothing is posted. With telemetry on, it would be")
        + f" to {events_url(settings.telemetry_mixpanel_host)} as a form with the fields"
        " verbose=1, ip=0 (no address is looked up) and"
    )
    for message in made:
        click.echo("\ndata=" + json.dumps(message, indent=2))
    click.echo(f"\nTo turn it off: {SWITCH}=False, in the environment or in a .env file here.")
