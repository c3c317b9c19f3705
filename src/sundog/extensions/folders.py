"""Jupyter's folders for data and configuration, in order of precedence."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jupyter_core import paths

logger = logging.getLogger(__name__)


def data_folders() -> list[Path]:
    """Return Jupyter's data folders, the most important first."""
    return _folders(paths.jupyter_path, paths.ENV_JUPYTER_PATH, paths.SYSTEM_JUPYTER_PATH)


def config_folders() -> list[Path]:
    """Return Jupyter's configuration folders, the most important first."""
    return _folders(paths.jupyter_config_path, paths.ENV_CONFIG_PATH, paths.SYSTEM_CONFIG_PATH)


def _folders(
    find: Callable[[], list[str]], environment: list[str], system: list[str]
) -> list[Path]:
    try:
        found = find()
    except RuntimeError:
        # The user has no home folder, as in some containers.
        found = [*environment, *system]
    return [Path(each) for each in dict.fromkeys(found)]


def disabled_extensions(folders: Sequence[Path]) -> dict[str, Path]:
    """Return the labextensions disabled with ``jupyter labextension disable``, and the files.

    Only whole extensions: a name with a colon is one plugin of an extension.
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
