"""The secret that signs cookies and kernel ids."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import tempfile
from pathlib import Path

from sundog.config import Settings
from sundog.config.state_folder import state_folder

logger = logging.getLogger(__name__)

FILE_NAME = "session-secret"
MIN_LENGTH = 32


def session_secret(settings: Settings) -> bytes:
    """Return the secret that signs sessions; may generate and store it."""
    if settings.session_secret_key:
        return settings.session_secret_key.reveal().encode()
    return keep_secret(state_folder(settings))


def keep_secret(directory: Path) -> bytes:
    """Return the secret stored in a folder, or generate it.

    If the folder can't be used, the secret lasts as long as the process, and the log says so.
    """
    path = directory / FILE_NAME
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _read(path) or _write(path)
    except OSError as error:
        logger.warning(
            "the session secret can't be stored in %s (%s): sessions end with this process. Set"
            " SUNDOG_SESSION_SECRET_KEY or SUNDOG_STATE_DIRECTORY",
            directory,
            error.strerror or error,
        )
        return _new()


def _new() -> bytes:
    return secrets.token_urlsafe(48).encode()


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
                os.fchmod(file.fileno(), 0o600)
            secret = file.read(1024).strip()
    except FileNotFoundError:
        return None
    # A truncated file must not become a key that can be guessed.
    return secret if len(secret) >= MIN_LENGTH else None


def _write(path: Path) -> bytes:
    secret = _new()
    # mkstemp creates the file for its owner only.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=FILE_NAME)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secret)
        if path.exists():
            os.replace(name, path)
            return secret
        # If several processes start together, all use the secret of the first.
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
        return _read(path) or secret
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
