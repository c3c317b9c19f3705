"""Finds the folder for the user's files of Sundog that survive a restart."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sundog.config.settings import Settings

_NO_HOME: Final = Path("/nonexistent")


def state_folder(settings: Settings) -> Path:
    """Return the folder for files that survive a restart.

    It is `SUNDOG_STATE_DIRECTORY`, else where the platform keeps the state of programs
    (``~/.local/state/sundog`` on Linux). In containers, the user may have no home folder; the
    folder returned then can't be written to.
    """
    if settings.state_directory is not None:
        return settings.state_directory
    from platformdirs import user_state_path

    try:
        folder = user_state_path("sundog", appauthor=False)
    except RuntimeError:
        return _NO_HOME / "sundog"
    # Older versions of platformdirs return "~/…" where there is no home folder.
    return folder if folder.is_absolute() else _NO_HOME / "sundog"
