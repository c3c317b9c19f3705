"""``sundog create``: creates an app."""

from __future__ import annotations

from pathlib import Path

import click

from sundog.cli.explain import explained
from sundog.starters import STARTERS, create

_KINDS = "\n".join(f"  {starter.name:<12}{starter.meaning}" for starter in STARTERS.values())


@click.command("create", short_help="Create an app in a new folder.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "-t",
    "--template",
    type=click.Choice(list(STARTERS)),
    default="widget",
    show_default=True,
    help="The kind of app; see below.",
)
def create_app(folder: Path, template: str) -> None:
    """Create an app in a new or empty FOLDER. The app runs as it is; edit it to make it yours."""
    starter = STARTERS[template]
    with explained():
        names = create(starter, folder)
    click.echo(f"Created {folder} with {', '.join(names)}.")
    click.echo("Next steps:")
    click.echo(f"  cd {folder}")
    if starter.needs_more:
        click.echo("  pip install -r requirements.txt")
    click.echo(f"  sundog run {starter.run}")


create_app.epilog = f"\b\nTemplates:\n{_KINDS}"
