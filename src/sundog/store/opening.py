"""Opens the store of a URL."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from sundog.errors import ConfigError
from sundog.store.backend import Backend, Limits
from sundog.store.memory import MemoryBackend
from sundog.urls import split_url, without_secrets

MEMORY_BYTES = 256 << 20


def open_backend(
    url: str = "",
    limits: Limits | None = None,
    *,
    timeout: float = 2.0,
    memory_bytes: int = MEMORY_BYTES,
) -> Backend:
    """Return the backend for a URL. Does not connect to a server yet.

    Args:
        url: The URL of a store; memory if empty.
        limits: The limits of sessions and values.
        timeout: How long a call waits for a busy store, in seconds.
        memory_bytes: The maximum size of all sessions in memory.

    Raises:
        ConfigError: The URL is invalid, or needs a library that is not installed.
        StoreUnavailableError: The file can't be used.
    """
    # Backends are imported only if they are used.
    if not url:
        return MemoryBackend(limits, total_bytes=memory_bytes)
    scheme = split_url(url).scheme
    if scheme == "sqlite":
        from sundog.store.sqlite import SqliteBackend

        return SqliteBackend(sqlite_path(url), limits, timeout=timeout)
    if scheme in ("redis", "rediss", "unix", "valkey", "valkeys"):
        from sundog.store.redis import RedisBackend

        return RedisBackend(url, limits, timeout=timeout)
    raise ConfigError(
        f"SUNDOG_STORE_URL: {without_secrets(url)} is not a store. Use sqlite:///, redis://, "
        "rediss://, valkey://, valkeys:// or unix://"
    )


def sqlite_path(url: str) -> Path:
    """Return the file of an ``sqlite:`` URL: relative after three slashes, absolute after four."""
    parts = split_url(url)
    path = unquote(parts.path[1:])
    if parts.netloc or not path or path.endswith("/") or parts.query:
        raise ConfigError(
            "SUNDOG_STORE_URL: for an SQLite file use sqlite:///sessions.db (in the working "
            "directory) or sqlite:////var/lib/app/sessions.db (four slashes: an absolute path)"
        )
    return Path(path)
