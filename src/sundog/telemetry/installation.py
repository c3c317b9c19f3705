"""The random id by which the reports of one installation belong together."""

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
    """Return the id kept in a folder, made now if there is none.

    It is random, made of nothing that belongs to the machine. Where the folder can't be used, it
    is another one each time.
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
