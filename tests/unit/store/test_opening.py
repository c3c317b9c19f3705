"""Which store a URL names."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sundog.config.parse import STORE_SCHEMES
from sundog.errors import ConfigError
from sundog.store.memory import MemoryBackend
from sundog.store.opening import open_backend, sqlite_path
from sundog.store.redis import RedisBackend
from sundog.store.sqlite import SqliteBackend
from sundog.urls import split_url, without_secrets


def test_memory_without_a_url() -> None:
    assert isinstance(open_backend(), MemoryBackend)


def test_every_scheme_of_the_setting_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for scheme in STORE_SCHEMES:
        backend = open_backend(f"{scheme}:///{'sessions.db' if scheme == 'sqlite' else '0'}")
        assert isinstance(backend, SqliteBackend if scheme == "sqlite" else RedisBackend)
        backend.close()
    assert (tmp_path / "sessions.db").exists()


def test_another_scheme() -> None:
    with pytest.raises(ConfigError, match=r"postgres://\*+@host is not a store") as caught:
        open_backend("postgres://ann:hush@host")
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///a/b.db", "a/b.db"),
        ("sqlite:////var/lib/b.db", "/var/lib/b.db"),
        ("sqlite:///a%20b.db", "a b.db"),
    ],
)
def test_sqlite_paths(url: str, path: str) -> None:
    assert sqlite_path(url) == Path(path)


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///", "sqlite://host/a.db", "sqlite:///a/", "sqlite:///a?mode=ro"]
)
def test_what_is_no_sqlite_path(url: str) -> None:
    with pytest.raises(ConfigError, match="four slashes"):
        sqlite_path(url)


def test_without_the_client_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(ConfigError, match=r'pip install "sundog\[redis\]"'):
        open_backend("redis://host")


def test_what_may_be_shown_of_urls() -> None:
    assert without_secrets("redis://:hush@[::1]:1/0") == "redis://********@[::1]:1/0"
    assert without_secrets("redis://:hu/sh@host") == "********"
    for url in ("redis://[hush", "redis://host:hush", "redis://:hu#sh@host"):
        assert "hush" not in without_secrets(url)
        with pytest.raises(ValueError, match="special characters") as caught:
            split_url(url)
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
