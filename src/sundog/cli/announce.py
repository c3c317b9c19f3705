"""The line that a production server prints when it is ready."""

from __future__ import annotations

from collections.abc import Iterator

from sundog.config import Settings
from sundog.config.values import AUTO
from sundog.durations import show_duration


def what_is_on(settings: Settings) -> str:
    """Return one line about a production server's configuration, without secrets."""
    return "Configuration: " + ", ".join(_parts(settings)) + "."


def _parts(settings: Settings) -> Iterator[str]:
    yield f"{settings.workers} workers" if settings.workers > 1 else "1 worker"
    yield f"sessions in {_store(settings)}"
    yield f"kernels kept for {show_duration(settings.kernel_cull_timeout)} after a disconnection"
    if settings.kernel_max_count not in (None, AUTO):
        yield f"at most {settings.kernel_max_count} kernels"
    if settings.kernel_prewarm:
        yield f"{settings.kernel_prewarm} prewarmed kernels"
    if settings.server_http_gzip:
        yield "compression"
    if settings.access_log:
        yield "access log"


def _store(settings: Settings) -> str:
    if settings.store_url is None:
        return "memory"
    # The rest of the URL may contain a password.
    scheme = settings.store_url.reveal().partition(":")[0]
    return "SQLite" if scheme.startswith("sqlite") else "Redis"
