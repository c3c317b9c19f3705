"""The ``sundog`` command (``solara`` is the same program)."""

from __future__ import annotations

import difflib
import importlib
from pathlib import Path
from typing import Final

import click

from sundog import __version__

# Where each command is: its module is imported when the command is used, or asked for help.
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
        """Return a command, None if there is none of this name."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, name = place
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is asked for; a misspelt one is answered with the right name."""
        if args[0] not in COMMANDS and Path(args[0]).exists():
            raise click.UsageError(
                f"{args[0]} is no command. To serve it: {ctx.info_name} run {args[0]}", ctx
            )
        near = difflib.get_close_matches(args[0], COMMANDS, n=1)
        if args[0] not in COMMANDS and near and not args[0].startswith("-"):
            raise click.UsageError(f"No such command {args[0]!r}. Did you mean {near[0]!r}?", ctx)
        return super().resolve_command(ctx, args)


EXAMPLES: Final = """\b
Examples:
  sundog create myapp       begin an app
  sundog run myapp/app.py   serve it; what is saved shows at once
  sundog run myapp/app.py --production   serve it for everybody
"""


@click.group(
    cls=LazyGroup,
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="Sundog %(version)s")
def main() -> None:
    """Serve ipywidgets applications to many users, without a Jupyter kernel."""
