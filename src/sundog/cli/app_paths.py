"""Finds the files and folders of the apps that a command line names."""

from __future__ import annotations

import contextlib
from pathlib import Path

from sundog.errors import AppNotFoundError


def app_paths(apps: str) -> tuple[Path, ...]:
    r"""Return the absolute paths of apps, without those that are not paths, such as modules.

    Example::

        app_paths("sales=report.ipynb\npackage.module:page")  # (Path("/home/ada/report.ipynb"),)

    Args:
        apps: The value of the setting ``app``: an app, or several, one per line.
    """
    names = [apps]
    if "\n" in apps:
        from sundog.app.mounts import split_apps

        # Starting the apps reports what is wrong with their names.
        with contextlib.suppress(AppNotFoundError):
            names = list(split_apps(apps).values())
    return tuple(path for name in names if (path := _path(name)) is not None)


def _path(app: str) -> Path | None:
    without_object = app.rpartition(":")[0]
    names = [app, without_object] if without_object else [app]
    return next((Path(name).resolve() for name in names if Path(name).exists()), None)
