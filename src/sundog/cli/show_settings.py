"""``sundog settings``: prints all settings and where their values come from."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sundog.cli.explain import explained
from sundog.cli.options import ENV_FILE_OPTION, load_for


@click.command("settings", short_help="Print all settings and where their values come from.")
@click.argument("app", required=False)
@ENV_FILE_OPTION
@click.option("--production", is_flag=True, help="Use the settings of sundog run --production.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--markdown", is_flag=True, hidden=True, help="Print the tables of docs/settings.md.")
def show_settings(
    app: str | None, env_file: Path | None, production: bool, as_json: bool, markdown: bool
) -> None:
    """Print all settings: value, where it comes from, and meaning.

    Set them with the environment variables shown, in a .env file here or next to APP, or with
    options of sundog run. With APP, the .env file next to it is read too. Secrets are masked.
    """
    from sundog.config import as_markdown, describe

    if markdown:
        click.echo(as_markdown(), nl=False)
        return
    with explained():
        settings, _ = load_for(app, env_file, {"app": app}, production=production)
    rows = describe(settings)
    if as_json:
        click.echo(json.dumps([row.as_json() for row in rows], indent=2))
        return
    for row in rows:
        name = click.style(row.variables[0], bold=True)
        others = f" (also {', '.join(row.variables[1:])})" if row.variables[1:] else ""
        click.echo(f"{name} = {row.value or '(empty)'}  [{row.source}]")
        click.echo(f"    {row.meaning}{others}")
