"""Checks of the server's own installation, settings and folders."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import sundog
from sundog.config import SameSite, Settings
from sundog.config.places import user_state_directory
from sundog.doctor.distributions import Installed
from sundog.doctor.findings import Finding, note, ok, problem
from sundog.doctor.ranges import satisfies
from sundog.errors import SundogError
from sundog.solara.compat import SOLARA_UI
from sundog.web.access.secret import FILE_NAME
from sundog.web.page.renderer import bundle_for

_SHORT_SECRET: Final = 32


def check_installation(installed: Installed) -> Iterator[Finding]:
    """Say what is installed of the server, and whether it is whole."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    versions = [
        f"{each.name} {each.version}"
        for name in ("ipywidgets", "comm", "ipython", "starlette", "uvicorn", "websockets")
        if (each := installed.get(name)) is not None
    ]
    yield ok("installation", f"Sundog {sundog.__version__} on {python}; {', '.join(versions)}")
    try:
        for development in (False, True):
            bundle_for(development).files()
    except SundogError as error:
        yield problem("installation", str(error), "pip install --force-reinstall sundog")
    solara = installed.get("solara-ui")
    if solara is None:
        return
    if satisfies(solara.version, SOLARA_UI.replace(",", " ")):
        yield ok("installation", f"solara-ui {solara.version} is a version that is tested")
    else:
        yield note(
            "installation",
            f"solara-ui {solara.version} is none of the versions that are tested ({SOLARA_UI})",
            f"pip install 'solara-ui{SOLARA_UI}'",
        )
    if installed.get("solara-server") is not None:
        yield note(
            "installation",
            "solara-server is installed too: its command and Sundog's have the same name, solara",
            "start Sundog as: sundog run; or pip uninstall solara solara-server",
        )


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Say what of the settings will not do what is meant."""
    count = sum(1 for source in settings.sources.values() if str(source) != "default")
    yield ok("settings", f"all settings can be used; {count} are not the default")
    if settings.session_same_site is SameSite.NONE and settings.session_https_only is False:
        yield problem(
            "settings",
            "browsers refuse a cookie that is SameSite=None and may be sent without https",
            "unset SUNDOG_SESSION_HTTPS_ONLY, or set it to true",
        )
    if "*" in settings.forwarded_allow_ips:
        yield note(
            "settings",
            "everybody's forwarding headers count: who reaches the server past its proxy can say"
            " who they are",
            "set SUNDOG_FORWARDED_ALLOW_IPS to the addresses of your proxies",
        )
    for location in settings.assets_extra_locations:
        if not location.is_dir():
            yield problem(
                "settings",
                f"SUNDOG_ASSETS_EXTRA_LOCATIONS names {location}, which is no folder",
                "make the folder, or take it out of the setting",
            )


def check_secret(settings: Settings) -> Iterator[Finding]:
    """Say whether sessions outlive the server, and whether their secret is one."""
    given = settings.session_secret_key
    if given:
        if len(given.reveal()) < _SHORT_SECRET:
            yield problem(
                "secret",
                f"the session secret is shorter than {_SHORT_SECRET} characters and can be guessed",
                "SUNDOG_SESSION_SECRET_KEY=$(python -c 'import secrets;"
                " print(secrets.token_urlsafe(48))')",
            )
        else:
            yield ok("secret", "the session secret is set")
        return
    directory = settings.state_directory or user_state_directory(os.environ, Path.home())
    nearest = next(each for each in (directory, *directory.parents) if each.exists())
    if not _writable(nearest):
        yield problem(
            "secret",
            f"{directory} can't be written to: sessions end with the server",
            "set SUNDOG_SESSION_SECRET_KEY, or SUNDOG_STATE_DIRECTORY to a folder that can",
        )
        return
    path = directory / FILE_NAME
    if path.exists() and os.name == "posix" and path.stat().st_mode & 0o077:
        yield problem("secret", f"others may read {path}", f"chmod 600 {path}")
    yield ok("secret", f"the session secret is kept in {directory}")
    if not settings.development:
        yield note(
            "secret",
            "servers on several machines would each keep a secret of their own",
            "set SUNDOG_SESSION_SECRET_KEY, the same for all of them",
        )


def _writable(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
