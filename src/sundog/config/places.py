"""Where on this machine the user's own files of Sundog live."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path


def user_state_directory(
    environ: Mapping[str, str], home: Path, platform: str = sys.platform
) -> Path:
    """Return the folder for what outlives the server: by XDG, or as the platform has it."""
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "sundog"
    if platform == "darwin":
        return home / "Library" / "Application Support" / "sundog"
    given = Path(environ.get("XDG_STATE_HOME", ""))
    # The XDG specification has relative paths ignored.
    return (given if given.is_absolute() else home / ".local" / "state") / "sundog"
