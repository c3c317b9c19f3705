"""``sundog create``: creates an app."""

from __future__ import annotations

from pathlib import Path

import click

from sundog.cli.explain import explained
from sundog.starters import SCRIPTS, STARTERS, create, create_script

_KINDS = "\n".join(f"  {starter.name:<12}{starter.meaning}" for starter in STARTERS.values())


@click.command("create", short_help="Create an app in a new folder.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "-t",
    "--template",
    type=click.Choice(list(STARTERS)),
    default="widget",
    show_default=True,
    help="The kind of app; see below.",
)
def create_app(folder: Path, file: Path | None, template: str) -> None:
    """Create an app in a new or empty FOLDER. The app runs as it is; edit it to make it yours.

    As in Solara, "create button" and "create markdown" write a single FILE, sol.py by default.
    """
    if str(folder) in SCRIPTS:
        _create_script(str(folder), file or Path("sol.py"))
        return
    if file is not None:
        allowed = " or ".join(SCRIPTS)
        raise click.UsageError(
            f"To write a single file, use {allowed} before its name, not {str(folder)!r}."
        )
    starter = STARTERS[template]
    with explained():
        names = create(starter, folder)
    click.echo(f"Created {folder} with {', '.join(names)}.")
    click.echo("Next steps:")
    click.echo(f"  cd {folder}")
    if starter.needs_more:
        click.echo("  pip install -r requirements.txt")
    click.echo(f"  sundog run {starter.run}")


def _create_script(name: str, path: Path) -> None:
    with explained():
        create_script(name, path)
    click.echo(f"Created {path}.")
    click.echo("Next steps:")
    click.echo("  pip install 'sundog[solara]'")
    click.echo(f"  sundog run {path}")


create_app.epilog = f"\b\nTemplates:\n{_KINDS}"
