"""Opens the store that a URL names."""

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
    """Return the backend that a URL names; without one, memory.

    Raises `ConfigError` for what is no such URL or needs a library that is not installed, and
    `StoreUnavailableError` for a file that can't be used. A server is not spoken to yet.
    """
    # What a backend needs is imported where it is used.
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
        f"SUNDOG_STORE_URL: {without_secrets(url)} names no store; allowed are sqlite:///, "
        "redis://, rediss://, valkey://, valkeys:// and unix://"
    )


def sqlite_path(url: str) -> Path:
    """Return the file of an ``sqlite:`` URL: after three slashes relative, after four absolute."""
    parts = split_url(url)
    path = unquote(parts.path[1:])
    if parts.netloc or not path or path.endswith("/") or parts.query:
        raise ConfigError(
            "SUNDOG_STORE_URL: for an SQLite file write sqlite:///sessions.db (in the working "
            "directory) or sqlite:////var/lib/app/sessions.db (four slashes: an absolute path)"
        )
    return Path(path)
