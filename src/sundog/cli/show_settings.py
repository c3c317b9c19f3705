"""``sundog settings``: prints the settings and where they came from."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sundog.cli.explain import explained
from sundog.cli.options import ENV_FILE_OPTION, load_for


@click.command("settings", short_help="Print every setting and where its value came from.")
@click.argument("app", required=False)
@ENV_FILE_OPTION
@click.option("--production", is_flag=True, help="As sundog run --production has them.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--markdown", is_flag=True, hidden=True, help="Print the tables of the documentation."
)
def show_settings(
    app: str | None, env_file: Path | None, production: bool, as_json: bool, markdown: bool
) -> None:
    """Print every setting: its value, where it came from, and what it means.

    With APP, also the .env beside it counts. Secrets are not shown.
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
