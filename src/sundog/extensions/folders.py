"""Where Jupyter looks for data and configuration, in the order in which it counts.

As https://docs.jupyter.org/en/latest/use/jupyter-directories.html says; read without
``jupyter_core``, which ipywidgets does not need.
"""

from __future__ import annotations

import json
import logging
import os
import site
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sundog.config.places import home_directory

logger = logging.getLogger(__name__)

_FALSE: Final = frozenset(("", "0", "false", "no", "off", "n"))


@dataclass(frozen=True, slots=True)
class Places:
    """What the folders depend on: the environment, and where Python is installed."""

    environ: Mapping[str, str]
    home: Path
    prefix: str = sys.prefix
    base_prefix: str = sys.base_prefix
    user_base: str | None = None
    platform: str = sys.platform

    @classmethod
    def of_this_process(cls) -> Places:
        """Return the places of the running interpreter."""
        user_base = site.USER_BASE if site.ENABLE_USER_SITE else None
        return cls(os.environ, home_directory(), user_base=user_base)

    @property
    def prefers_environment(self) -> bool:
        """Whether what is installed in the environment counts more than the user's own."""
        wish = self.environ.get("JUPYTER_PREFER_ENV_PATH")
        if wish is not None:
            return wish.lower() not in _FALSE
        return self.prefix != self.base_prefix


def data_folders(places: Places) -> list[Path]:
    """Return the folders that Jupyter looks for data in, the one that counts most first."""
    user = [_user_data(places)]
    if places.user_base:
        user.append(Path(places.user_base, "share", "jupyter"))
    own = [Path(places.prefix, "share", "jupyter")]
    if places.platform == "win32":
        system = [_program_data(places) / "jupyter"]
    else:
        system = [Path("/usr/local/share/jupyter"), Path("/usr/share/jupyter")]
    return _in_order(places, "JUPYTER_PATH", own, user, system)


def config_folders(places: Places) -> list[Path]:
    """Return the folders that Jupyter looks for settings in, the one that counts most first."""
    given = places.environ.get("JUPYTER_CONFIG_DIR")
    user = [Path(given) if given else places.home / ".jupyter"]
    if places.user_base:
        user.append(Path(places.user_base, "etc", "jupyter"))
    own = [Path(places.prefix, "etc", "jupyter")]
    if places.platform == "win32":
        system = [_program_data(places) / "jupyter"]
    else:
        system = [Path("/usr/local/etc/jupyter"), Path("/etc/jupyter")]
    return _in_order(places, "JUPYTER_CONFIG_PATH", own, user, system)


def disabled_extensions(folders: Sequence[Path]) -> dict[str, Path]:
    """Return the labextensions that ``jupyter labextension disable`` has disabled, and where.

    Only whole extensions: a name with a colon is one plugin of one.
    """
    said: dict[str, tuple[bool, Path]] = {}
    for folder in folders:
        file = folder / "labconfig" / "page_config.json"
        for name, disabled in _read_disabled(file).items():
            if ":" not in name:
                said.setdefault(name, (disabled, file))
    return {name: file for name, (disabled, file) in said.items() if disabled}


def _read_disabled(file: Path) -> dict[str, bool]:
    try:
        data: Any = json.loads(file.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        logger.warning("left out %s: %s", file, error)
        return {}
    found = data.get("disabledExtensions") if isinstance(data, dict) else None
    if isinstance(found, list):
        return {name: True for name in found if isinstance(name, str)}
    if isinstance(found, dict):
        return {name: bool(disabled) for name, disabled in found.items()}
    return {}


def _in_order(
    places: Places, variable: str, own: list[Path], user: list[Path], system: list[Path]
) -> list[Path]:
    given = [Path(part) for part in places.environ.get(variable, "").split(os.pathsep) if part]
    nearest = own + user if places.prefers_environment else user + own
    return list(dict.fromkeys([*given, *nearest, *system]))


def _user_data(places: Places) -> Path:
    environ, home = places.environ, places.home
    given = environ.get("JUPYTER_DATA_DIR")
    if given:
        return Path(given)
    if places.platform == "darwin":
        return home / "Library" / "Jupyter"
    if places.platform == "win32":
        return Path(environ.get("APPDATA") or home / "AppData" / "Roaming", "jupyter")
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share", "jupyter")


def _program_data(places: Places) -> Path:
    return Path(places.environ.get("PROGRAMDATA", r"C:\ProgramData"))
