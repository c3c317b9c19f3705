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
from sundog.config.state_folder import state_folder
from sundog.doctor.distributions import Installed
from sundog.doctor.findings import Finding, note, ok, problem
from sundog.doctor.ranges import satisfies
from sundog.errors import SundogError
from sundog.solara.compat import SOLARA_UI
from sundog.web.access.secret import FILE_NAME
from sundog.web.page.renderer import bundle_for

_SHORT_SECRET: Final = 32


def check_installation(installed: Installed) -> Iterator[Finding]:
    """Check that the server is installed completely, and report its versions."""
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
        yield ok("installation", f"solara-ui {solara.version} is a tested version")
    else:
        yield note(
            "installation",
            f"solara-ui {solara.version} is not a tested version ({SOLARA_UI})",
            f"pip install 'solara-ui{SOLARA_UI}'",
        )
    if installed.get("solara-server") is not None:
        yield note(
            "installation",
            "solara-server is installed too: both provide a command named solara",
            "start Sundog with: sundog run; or pip uninstall solara solara-server",
        )


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Check the settings for values that will not work as intended."""
    count = sum(1 for source in settings.sources.values() if str(source) != "default")
    yield ok(
        "settings",
        f"all settings are valid; {count} {'differs' if count == 1 else 'differ'} from the default",
    )
    if settings.session_same_site is SameSite.NONE and settings.session_https_only is False:
        yield problem(
            "settings",
            "browsers refuse a cookie with SameSite=None that is not limited to https",
            "unset SUNDOG_SESSION_HTTPS_ONLY, or set it to true",
        )
    if "*" in settings.forwarded_allow_ips:
        yield note(
            "settings",
            "forwarding headers of all addresses are trusted: anyone who bypasses the proxy can"
            " claim to be anyone",
            "set SUNDOG_FORWARDED_ALLOW_IPS to the addresses of your proxies",
        )
    for location in settings.assets_extra_locations:
        if not location.is_dir():
            yield problem(
                "settings",
                f"SUNDOG_ASSETS_EXTRA_LOCATIONS names {location}, which is not a folder",
                "create the folder, or remove it from the setting",
            )


def check_secret(settings: Settings) -> Iterator[Finding]:
    """Check whether sessions survive a restart, and whether their secret is strong."""
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
    directory = state_folder(settings)
    nearest = next(each for each in (directory, *directory.parents) if each.exists())
    if not _writable(nearest):
        yield problem(
            "secret",
            f"{directory} is not writable: sessions end when the server stops",
            "set SUNDOG_SESSION_SECRET_KEY, or set SUNDOG_STATE_DIRECTORY to a writable folder",
        )
        return
    path = directory / FILE_NAME
    if path.exists() and os.name == "posix" and path.stat().st_mode & 0o077:
        yield problem("secret", f"other users of this machine can read {path}", f"chmod 600 {path}")
    yield ok("secret", f"the session secret is stored in {directory}")
    if not settings.development:
        yield note(
            "secret",
            "servers on several machines would each have their own secret",
            "set the same SUNDOG_SESSION_SECRET_KEY on all of them",
        )


def _writable(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
