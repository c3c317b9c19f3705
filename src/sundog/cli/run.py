"""``sundog run``: serves an app."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sundog import __version__
from sundog.cli import restart
from sundog.cli.announce import what_is_on
from sundog.cli.app_paths import app_paths
from sundog.cli.browser import has_display, open_in_browser
from sundog.cli.explain import FAILED, explained
from sundog.cli.options import ENV_FILE_OPTION, load_for, setting_option
from sundog.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sundog.cluster.supervisor import Supervisor
    from sundog.config import EnvFile, Settings
    from sundog.server import Server
    from sundog.telemetry.policy import Policy
    from sundog.telemetry.reporter import Reporter
    from sundog.web.usage import Totals

APP_ARGUMENTS: Final = "sundog.app_arguments"


class RunCommand(click.Command):
    """A command that passes everything after ``--`` to the app."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments before ``--``."""
        rest: list[str] = []
        if "--" in args:
            cut = args.index("--")
            args, rest = args[:cut], args[cut + 1 :]
        ctx.meta[APP_ARGUMENTS] = rest
        return super().parse_args(ctx, args)


DEVELOPING: Final = """\b
Examples:
  sundog run app.py
  sundog run report.ipynb --port 8000
  sundog run folder                      one app with a page per file
  sundog run sales=report.ipynb app.py   two apps, at /sales/ and /app/

Without --production, the server runs in development mode: saved code
runs in all open pages at once, errors appear in the page and in this
terminal, and Alt+W in a page opens the widget inspector.

All settings: sundog settings
"""


@click.command(
    cls=RunCommand, short_help="Serve an app: a script, a notebook or a folder.", epilog=DEVELOPING
)
@click.argument("apps", metavar="[APP]...", nargs=-1)
@setting_option(
    "port", "PORT", "The port to listen on; 0 picks a free one.  [default: $PORT, or 8765]"
)
@setting_option(
    "host", "HOST", "The address to listen on.  [default: $HOST, $SOLARA_HOST, or localhost]"
)
@setting_option("workers", "N", "The number of server processes.  [default: 1]")
@setting_option("root_path", "PATH", "The URL path under which a proxy serves the app.")
@click.option(
    "--production",
    is_flag=True,
    help="Serve to users: files are not watched, and pages show only error ids.",
)
@ENV_FILE_OPTION
@setting_option(
    "log_level",
    "LEVEL",
    "The minimum level of log messages: critical, error, warning, info or debug.",
)
@click.option("--access-log/--no-access-log", default=None, help="Log every request.")
@click.option(
    "--open/--no-open",
    "open_browser",
    default=None,
    help="Open the page in a browser.  [default: if there is a display]",
)
@setting_option("theme_variant", "VARIANT", "The page's colours: light, dark or auto.")
@click.option("--dark", is_flag=True, help="The same as --theme-variant dark.")
@setting_option("shutdown_timeout", "DURATION", "The maximum time to stop, such as 10s.")
@click.option(
    "--auto-restart",
    "-a",
    is_flag=True,
    default=None,
    help="Restart the server when its settings or installed packages change.",
)
@click.option(
    "--pdb",
    is_flag=True,
    default=None,
    help="Open the debugger in this terminal on errors in the app.",
)
@setting_option(
    "forwarded_allow_ips", "ADDRESSES", "The proxies whose forwarding headers are trusted."
)
@click.pass_context
def run(
    ctx: click.Context,
    /,
    apps: tuple[str, ...],
    production: bool,
    env_file: Path | None,
    open_browser: bool | None,
    dark: bool,
    **options: Any,
) -> None:
    """Serve an app, or several apps side by side.

    APP is a script, a notebook, a Markdown text, a folder or package of these, or an object such
    as package.module:object. Several apps are served each under its own name, or the name before
    =. Everything after -- is passed to the app in sys.argv.
    """
    if dark:
        if options["theme_variant"] not in (None, "dark"):
            raise click.UsageError(
                f"--dark contradicts --theme-variant {options['theme_variant']}; use one of them"
            )
        from sundog.config import ThemeVariant

        options["theme_variant"] = ThemeVariant.DARK
    with explained():
        settings, env_files = load_for(
            first_app(apps),
            env_file,
            {**options, "app": "\n".join(apps) or None},
            production=production,
        )
        if settings.app is None:
            raise click.UsageError("no app to serve. Give a file, such as: sundog run app.py", ctx)
        if settings.auto_restart and not restart.is_child():
            # Before variables from files are added to the environment.
            sys.exit(_keep_running(settings, env_files))
        # As with other servers, the app finds the file's variables in its environment.
        for each in env_files:
            for name, value in each.variables.items():
                os.environ.setdefault(name, value)
        serve(settings, settings.app, ctx.meta[APP_ARGUMENTS], open_browser, env_files)


def first_app(apps: tuple[str, ...]) -> str | None:
    """Return the first of several apps without its name, or None if there is none."""
    if not apps:
        return None
    first = apps[0]
    return first if "=" not in first or Path(first).exists() else first.partition("=")[2]


def serve(
    settings: Settings,
    app: str,
    arguments: list[str],
    open_browser: bool | None,
    env_files: Sequence[EnvFile] = (),
) -> None:
    """Serve an app until a signal arrives. Ends the process even if the app's threads still run."""
    from sundog.logs import configure_logging
    from sundog.server import divide, exit_within
    from sundog.server.descriptors import raise_limit
    from sundog.telemetry.policy import decide
    from sundog.terminal import formatter_for

    configure_logging(
        settings.log_level,
        access_log=settings.access_log,
        formatter=formatter_for(settings.development),
    )
    raise_limit()
    telemetry = decide(settings)
    reporter: Reporter | None = None

    def ready(server: Server | Supervisor) -> None:
        _announce(server, app, telemetry)
        if reporter is not None:
            reporter.started()
        if open_browser if open_browser is not None else has_display():
            open_in_browser(server.url)

    try:
        server, totals = _make_server(
            settings, app, arguments, tuple(env_files), ready, counts=telemetry.on
        )
        if telemetry.on:
            from sundog.telemetry.start import make_reporter

            reporter = make_reporter(settings, totals)
        server.run()
    finally:
        _, _, left = divide(settings.shutdown_timeout)
        exit_within(left, FAILED if sys.exc_info()[0] else 0)
        if reporter is not None:
            reporter.stopped()


def _keep_running(settings: Settings, env_files: Sequence[EnvFile]) -> int:
    if not settings.development:
        raise ConfigError(
            "--auto-restart works only in development. Remove it, or remove --production"
        )
    from sundog.server.listen import bind

    # Once, so that port 0 stays the same port after each restart.
    sockets = bind(settings.host, settings.port, host_source=str(settings.source("host")))
    port: int = sockets[0].getsockname()[1]
    for sock in sockets:
        sock.close()
    paths = [each.path for each in env_files]
    return restart.keep_running(port, paths, patience=settings.shutdown_timeout)


def _make_server(
    settings: Settings,
    app: str,
    arguments: list[str],
    env_files: tuple[EnvFile, ...],
    ready: Callable[[Server | Supervisor], None],
    *,
    counts: bool,
) -> tuple[Server | Supervisor, Totals]:
    places = app_paths(app)
    if _is_supervised(settings):
        from sundog.cluster.supervisor import Supervisor

        supervisor = Supervisor(
            *(settings, app, arguments),
            places=places,
            on_ready=ready,
            counts_usage=counts,
        )
        return supervisor, supervisor.totals
    import faulthandler

    from sundog.server import Server, starter
    from sundog.web.usage import OwnLedger

    # Without a supervisor, only this reports what the process did when it crashed.
    faulthandler.enable()
    start = starter(app, arguments, development=settings.development)
    ledger = OwnLedger()
    server = Server(
        *(settings, start),
        places=places,
        env_files=env_files,
        on_ready=ready,
        ledger=ledger if counts else None,
    )
    return server, ledger


def _is_supervised(settings: Settings) -> bool:
    if settings.workers > 1:
        return True
    if settings.development or not settings.supervisor:
        return False
    from sundog.cluster.supervisor import can_supervise

    return can_supervise()


def _announce(server: Server | Supervisor, app: str, telemetry: Policy) -> None:
    settings = server.settings
    mode = click.style(settings.mode.value, bold=True)
    url = click.style(server.url, bold=True)
    what = app.replace("\n", ", ")
    click.echo(f"Sundog {__version__} ({telemetry.words}) serves {what} in {mode} mode at {url}")
    if not settings.development:
        click.echo(what_is_on(settings))
    if settings.base_url is not None:
        click.echo(f"Public address: {settings.base_url}")
    hint = (
        ". Press Alt+W in the page to open the widget inspector." if settings.development else "."
    )
    click.echo(f"Press Ctrl-C to stop{hint}")
    sys.stdout.flush()
