"""``sundog doctor``: looks for what will not work."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import click

from sundog.cli.explain import FAILED, explained
from sundog.cli.options import ENV_FILE_OPTION, load_for

if TYPE_CHECKING:
    from sundog.doctor.findings import Finding

_SIGNS: Final = {"ok": ("✓", "green"), "note": ("!", "yellow"), "problem": ("✗", "red")}


def _check_url(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise click.BadParameter("an address such as https://example.com/app is meant")
    return value


@click.command("doctor")
@click.argument("app", required=False)
@click.option(
    "--url",
    metavar="URL",
    callback=_check_url,
    help="Check the deployment that browsers reach at this address instead.",
)
@ENV_FILE_OPTION
@click.option("--production", is_flag=True, help="As sundog run --production has the settings.")
@click.option("--quiet", is_flag=True, help="Leave out what is well.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(
    app: str | None,
    url: str | None,
    env_file: Path | None,
    production: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Look for what will not work, and say how to mend it.

    Looks at what is installed here: widget libraries and their front ends, versions, settings.
    With APP, at what that imports; nothing of it is run. Ends with status 0 if all is well, 1 if
    there are problems, 2 for a wrong use of the command.
    """
    if app is not None and url is not None:
        raise click.UsageError("give an app or --url, not both")
    from sundog.doctor.findings import has_problems

    with explained():
        findings = list(_find(app, url, env_file, production=production))
    shown = [each for each in findings if not (quiet and each.level == "ok")]
    if as_json:
        click.echo(json.dumps([each.as_json() for each in shown], indent=2, ensure_ascii=False))
    else:
        _print(shown)
        _summarise(findings)
    sys.exit(FAILED if has_problems(findings) else 0)


def _find(
    app: str | None, url: str | None, env_file: Path | None, *, production: bool
) -> Iterable[Finding]:
    if url is not None:
        from sundog.doctor.deployment import check_deployment

        return check_deployment(url)
    from sundog.doctor.examine import examine

    settings, _ = load_for(app, env_file, {"app": app}, production=production)
    return examine(settings, settings.app)


def _print(findings: Iterable[Finding]) -> None:
    heading = None
    for each in findings:
        if each.check != heading:
            heading = each.check
            click.echo(click.style(heading, bold=True))
        sign, colour = _SIGNS[each.level]
        click.echo(f"  {click.style(sign, fg=colour)} {_printable(each.text)}")
        if each.mend:
            click.echo(f"    → {_printable(each.mend)}")


def _printable(text: str) -> str:
    """Return text without what terminals obey: some of it comes from a server."""
    return "".join(char if char.isprintable() else "�" for char in text)


def _summarise(findings: Iterable[Finding]) -> None:
    count = sum(1 for each in findings if each.level == "problem")
    text = f"{count} {'problem' if count == 1 else 'problems'}" if count else "No problems"
    click.echo(click.style(f"{text} found.", fg="red" if count else "green", bold=True))
