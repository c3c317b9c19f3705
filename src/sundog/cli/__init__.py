"""The ``sundog`` command (``solara`` is the same program)."""

from __future__ import annotations

import difflib
import importlib
from pathlib import Path
from typing import Final

import click

from sundog import __version__

# The module and name of each command. A module is imported only when its command needs it.
COMMANDS: Final = {
    "run": ("sundog.cli.run", "run"),
    "create": ("sundog.cli.create", "create_app"),
    "export": ("sundog.cli.export", "export_page"),
    "settings": ("sundog.cli.show_settings", "show_settings"),
    "telemetry": ("sundog.cli.telemetry", "show_telemetry"),
    "doctor": ("sundog.cli.doctor", "doctor"),
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when it needs the command."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None if there is no command with this name."""
        location = COMMANDS.get(cmd_name)
        if location is None:
            return None
        module, name = location
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; suggest the right name for a misspelt one."""
        if args[0] not in COMMANDS and Path(args[0]).exists():
            raise click.UsageError(
                f"{args[0]} is not a command. To serve it: {ctx.info_name} run {args[0]}", ctx
            )
        near = difflib.get_close_matches(args[0], COMMANDS, n=1)
        if args[0] not in COMMANDS and near and not args[0].startswith("-"):
            raise click.UsageError(f"No such command {args[0]!r}. Did you mean {near[0]!r}?", ctx)
        return super().resolve_command(ctx, args)


EXAMPLES: Final = """\b
Examples:
  sundog create myapp                    create an app
  sundog run myapp/app.py                serve it and reload it on every save
  sundog run myapp/app.py --production   serve it to users
  sundog doctor myapp/app.py             find problems
"""


@click.group(
    cls=LazyGroup,
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="Sundog %(version)s")
def main() -> None:
    """Serve ipywidgets apps to many users, without a Jupyter kernel."""
