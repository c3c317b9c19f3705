"""``sundog doctor``: finds problems and suggests fixes."""

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
        raise click.BadParameter("give an address such as https://example.com/app")
    return value


@click.command("doctor")
@click.argument("app", required=False)
@click.option(
    "--url",
    metavar="URL",
    callback=_check_url,
    help="Check the deployment at this address, as a browser sees it, instead of this machine.",
)
@ENV_FILE_OPTION
@click.option("--production", is_flag=True, help="Use the settings of sundog run --production.")
@click.option("--quiet", is_flag=True, help="Show problems and warnings only.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON: a list of {check, level, text, fix}."
)
def doctor(
    app: str | None,
    url: str | None,
    env_file: Path | None,
    production: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Find problems and suggest fixes.

    Checks what is installed: widget libraries and their front ends, versions, and settings. With
    APP, checks what the app imports, without running it. The exit status is 0 without problems, 1
    with problems, and 2 for wrong usage.
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
        if each.fix:
            click.echo(f"    → {_printable(each.fix)}")


def _printable(text: str) -> str:
    """Return text without control characters, because some of it comes from a server."""
    return "".join(char if char.isprintable() else "�" for char in text)


def _summarise(findings: Iterable[Finding]) -> None:
    count = sum(1 for each in findings if each.level == "problem")
    text = f"{count} {'problem' if count == 1 else 'problems'}" if count else "No problems"
    click.echo(click.style(f"{text} found.", fg="red" if count else "green", bold=True))
