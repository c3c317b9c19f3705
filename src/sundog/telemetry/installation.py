"""The random id that reports of one installation share."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import uuid
from pathlib import Path
from typing import Final

FILE_NAME: Final = "installation-id"
_ID: Final = re.compile(r"[0-9a-f]{32}")


def installation_id(directory: Path) -> str:
    """Return the id stored in a folder, or generate it.

    The id is random and not derived from the machine. If the folder can't be used, it is different
    each time.
    """
    path = directory / FILE_NAME
    try:
        return _read(path) or _write(path)
    except OSError:
        return uuid.uuid4().hex


def _read(path: Path) -> str | None:
    try:
        text = path.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    return text if _ID.fullmatch(text) else None


def _write(path: Path) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=FILE_NAME)
    made = uuid.uuid4().hex
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(made)
        os.replace(name, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
    return made
