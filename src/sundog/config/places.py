"""Finds the folder for the user's files of Sundog."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_NO_HOME: Final = Path("/nonexistent")


def home_directory() -> Path:
    """Return the user's home folder, or one that can't be written to where there is none.

    In containers, the user may have no entry in the password database, and no ``HOME``.
    """
    try:
        return Path.home()
    except RuntimeError:
        return _NO_HOME


def user_state_directory(
    environ: Mapping[str, str], home: Path, platform: str = sys.platform
) -> Path:
    """Return the folder for files that survive a restart, by XDG or the platform's rule."""
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "sundog"
    if platform == "darwin":
        return home / "Library" / "Application Support" / "sundog"
    given = Path(environ.get("XDG_STATE_HOME", ""))
    # The XDG specification says to ignore relative paths.
    return (given if given.is_absolute() else home / ".local" / "state") / "sundog"
