"""The ``sundog`` command (``solara`` is the same program)."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from sundog import __version__
from sundog.errors import AppExecutionError, ConfigError, SundogError

if TYPE_CHECKING:
    from sundog.config import EnvFile, Settings
    from sundog.server import Server

FAILED: Final = 1
# How long the interpreter may take to end once the server has.
EXIT_SECONDS: Final = 3.0
APP_ARGUMENTS: Final = "sundog.app_arguments"

Command = TypeVar("Command", bound="Callable[..., Any] | click.Command")


# The class takes type arguments in newer versions of click only.
if TYPE_CHECKING:
    _ParamType = click.ParamType[Any]
else:
    _ParamType = click.ParamType


class SettingType(_ParamType):
    """An option whose text is read as the setting of its name."""

    def __init__(self, name: str, metavar: str) -> None:
        self.name = name
        self._metavar = metavar

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return what ``--help`` shows for the value."""
        return self._metavar

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the setting's value."""
        from sundog.config import parse_option

        try:
            return parse_option(self.name, value) if isinstance(value, str) else value
        except ValueError as error:
            self.fail(f"{value!r} can't be used; allowed: {error}", param, ctx)


class RunCommand(click.Command):
    """A command that leaves everything after ``--`` to the app."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse what stands before ``--``."""
        rest: list[str] = []
        if "--" in args:
            cut = args.index("--")
            args, rest = args[:cut], args[cut + 1 :]
        ctx.meta[APP_ARGUMENTS] = rest
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            if "extra argument" not in error.message:
                raise
            hint = "\nArguments of the app go after --, as in: sundog run app.py -- 1"
            raise click.UsageError(error.message + hint, ctx) from None


def _setting(name: str, metavar: str, text: str) -> Callable[[Command], Command]:
    option = "--" + name.replace("_", "-")
    return click.option(option, name, type=SettingType(name, metavar), help=text)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="Sundog %(version)s")
def main() -> None:
    """Serve ipywidgets applications to many users, without a Jupyter kernel."""


ENV_FILE_OPTION = click.option(
    "--env-file",
    type=click.Path(path_type=Path),
    help="Read settings from this file instead of the .env found here or beside the app.",
)


@main.command(cls=RunCommand)
@click.argument("app", required=False)
@_setting("port", "PORT", "The port to listen on; 0 is any free one.  [default: $PORT, else 8765]")
@_setting(
    "host", "HOST", "The address to listen on.  [default: $HOST, $SOLARA_HOST, else localhost]"
)
@_setting("root_path", "PATH", "The URL path under which a proxy serves the app.")
@click.option("--production", is_flag=True, help="Show error ids instead of errors in the page.")
@ENV_FILE_OPTION
@_setting("log_level", "LEVEL", "How much is logged: critical, error, warning, info or debug.")
@click.option("--access-log/--no-access-log", default=None, help="Log each request.")
@click.option(
    "--open/--no-open",
    "open_browser",
    default=None,
    help="Open the page in a browser.  [default: where there is a display]",
)
@_setting("theme_variant", "VARIANT", "The page's colours: light, dark or auto.")
@click.option("--dark", is_flag=True, help="The same as --theme-variant dark.")
@_setting("shutdown_timeout", "DURATION", "How long stopping may take, as in 10s.")
@_setting("forwarded_allow_ips", "ADDRESSES", "The proxies whose forwarding headers count.")
@click.pass_context
def run(
    ctx: click.Context,
    /,
    app: str | None,
    production: bool,
    env_file: Path | None,
    open_browser: bool | None,
    dark: bool,
    **options: Any,
) -> None:
    """Serve APP: a script, a notebook, or a module as in package.module:object.

    Everything after -- belongs to the app, which finds it in sys.argv.
    """
    if dark:
        if options["theme_variant"] not in (None, "dark"):
            raise click.UsageError(
                f"--dark contradicts --theme-variant {options['theme_variant']}; give one of them"
            )
        from sundog.config import ThemeVariant

        options["theme_variant"] = ThemeVariant.DARK
    with _explained():
        settings, env_files = _load(app, env_file, {**options, "app": app}, production=production)
        if settings.app is None:
            raise click.UsageError(
                "what is to be served? Give a file, as in: sundog run app.py", ctx
            )
        # The app finds the file's variables in its environment, as it does under other servers.
        for each in env_files:
            for name, value in each.variables.items():
                os.environ.setdefault(name, value)
        _serve(settings, settings.app, ctx.meta[APP_ARGUMENTS], open_browser)


@main.command("settings")
@click.argument("app", required=False)
@ENV_FILE_OPTION
@click.option("--production", is_flag=True, help="As sundog run --production has them.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_settings(app: str | None, env_file: Path | None, production: bool, as_json: bool) -> None:
    """Print every setting: its value, where it came from, and what it means.

    With APP, also the .env beside it counts. Secrets are not shown.
    """
    from sundog.config import describe

    with _explained():
        settings, _ = _load(app, env_file, {"app": app}, production=production)
    rows = describe(settings)
    if as_json:
        click.echo(json.dumps([row.as_json() for row in rows], indent=2))
        return
    for row in rows:
        name = click.style(row.variables[0], bold=True)
        others = f" (also {', '.join(row.variables[1:])})" if row.variables[1:] else ""
        click.echo(f"{name} = {row.value or '(empty)'}  [{row.source}]")
        click.echo(f"    {row.meaning}{others}")


def _load(
    app: str | None, env_file: Path | None, options: dict[str, Any], *, production: bool
) -> tuple[Settings, Sequence[EnvFile]]:
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


def _serve(settings: Settings, app: str, arguments: list[str], open_browser: bool | None) -> None:
    from sundog.logs import configure_logging
    from sundog.server import Server, exit_within, starter

    configure_logging(settings.log_level, access_log=settings.access_log)

    def ready(server: Server) -> None:
        _announce(server, app)
        if open_browser if open_browser is not None else _has_display():
            _open(server.url)

    server = Server(
        settings,
        starter(app, arguments, development=settings.development),
        on_ready=ready,
    )
    try:
        server.run()
    finally:
        exit_within(EXIT_SECONDS, FAILED if sys.exc_info()[0] else 0)


def _announce(server: Server, app: str) -> None:
    settings = server.settings
    mode = click.style(settings.mode.value, bold=True)
    url = click.style(server.url, bold=True)
    click.echo(f"Sundog {__version__} serves {app} in {mode} mode at {url}")
    if settings.base_url is not None:
        click.echo(f"Browsers reach it at {settings.base_url}")
    click.echo("Press Ctrl-C to stop.")
    sys.stdout.flush()


def _has_display() -> bool:
    if sys.platform in ("win32", "darwin"):
        return "SSH_CONNECTION" not in os.environ
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open(url: str) -> None:
    import threading
    import webbrowser

    # Some browsers return only when they are closed.
    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Turn Sundog's errors into a message that says what to do, and exit."""
    try:
        yield
    except AppExecutionError as error:
        click.echo(error.traceback, err=True, nl=False)
        _fail(str(error))
    except ConfigError as error:
        _fail(f"these settings can't be used:\n{error}" if "\n" in str(error) else str(error))
    except SundogError as error:
        _fail(str(error))


def _fail(message: str) -> None:
    click.echo(f"{click.style('Error:', fg='red')} {message}", err=True)
    sys.exit(FAILED)
