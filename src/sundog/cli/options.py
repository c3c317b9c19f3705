"""Options that several commands share, and how their settings are loaded."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from sundog.config import EnvFile, Settings

Command = TypeVar("Command", bound="Callable[..., Any] | click.Command")


# Only newer versions of click make this class generic.
if TYPE_CHECKING:
    _ParamType = click.ParamType[Any]
else:
    _ParamType = click.ParamType


class SettingType(_ParamType):
    """An option that is parsed like the setting of the same name."""

    def __init__(self, name: str, metavar: str) -> None:
        self.name = name
        self._metavar = metavar

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return the value's name in ``--help``."""
        return self._metavar

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the setting's value."""
        from sundog.config import parse_option

        try:
            return parse_option(self.name, value) if isinstance(value, str) else value
        except ValueError as error:
            self.fail(f"{value!r} is invalid; use {error}", param, ctx)


def setting_option(name: str, metavar: str, text: str) -> Callable[[Command], Command]:
    """Return a decorator that adds a setting's option to a command.

    Args:
        name: The setting's name, such as ``root_path`` for ``--root-path``.
        metavar: What ``--help`` shows for the value.
        text: The help text.
    """
    option = "--" + name.replace("_", "-")
    return click.option(option, name, type=SettingType(name, metavar), help=text)


ENV_FILE_OPTION = click.option(
    "--env-file",
    type=click.Path(path_type=Path),
    help="Read settings from this file instead of .env files here and next to the app.",
)


def load_for(
    app: str | None, env_file: Path | None, options: dict[str, Any], *, production: bool
) -> tuple[Settings, Sequence[EnvFile]]:
    """Return a command's settings for an app, and the ``.env`` files they were read from."""
    from sundog.config import Mode, find_env_files, load_settings, unknown_variables

    directory = Path.cwd()
    app = app or next(filter(None, map(os.environ.get, ("SUNDOG_APP", "SOLARA_APP"))), None)
    env_files = find_env_files(env_file, app, directory)
    for warning in unknown_variables(os.environ, env_files):
        click.echo(f"Warning: {warning}", err=True)
    if production:
        options["mode"] = Mode.PRODUCTION
    settings = load_settings(
        options, defaults={"mode": Mode.DEVELOPMENT}, env_files=env_files, environ=os.environ
    )
    return settings, env_files
