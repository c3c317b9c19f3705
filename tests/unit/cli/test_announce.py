"""The line about a production server's configuration."""

from __future__ import annotations

import pytest

from sundog.cli.announce import what_is_on
from sundog.config import load_settings


def line(**environ: str) -> str:
    return what_is_on(load_settings(environ=environ))


def test_the_defaults() -> None:
    assert line() == (
        "Configuration: 1 worker, sessions in memory, kernels kept for 1d after a disconnection,"
        " compression."
    )


def test_everything() -> None:
    assert line(
        SUNDOG_WORKERS="3",
        SUNDOG_SESSION_SECRET_KEY="a secret of some length, not to be shown",
        SUNDOG_KERNEL_CULL_TIMEOUT="30m",
        SUNDOG_KERNEL_MAX_COUNT="50",
        SUNDOG_KERNEL_PREWARM="2",
        SUNDOG_SERVER_HTTP_GZIP="false",
        SUNDOG_ACCESS_LOG="on",
    ) == (
        "Configuration: 3 workers, sessions in memory, kernels kept for 30m after a disconnection,"
        " at most 50 kernels, 2 prewarmed kernels, access log."
    )


@pytest.mark.parametrize(
    ("url", "name"),
    [("redis://:a-password@host/1", "Redis"), ("sqlite:///a.db", "SQLite")],
)
def test_the_store_without_its_address(url: str, name: str) -> None:
    told = line(SUNDOG_STORE_URL=url)
    assert f"sessions in {name}" in told
    assert "host" not in told
    assert "password" not in told
