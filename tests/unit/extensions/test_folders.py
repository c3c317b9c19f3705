"""Jupyter's folders, and what is disabled in them."""

from __future__ import annotations

import json
import os
import pwd
import sys
from pathlib import Path

import pytest

from sundog.extensions.folders import config_folders, data_folders, disabled_extensions


def test_folders_that_are_named_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_PATH", os.pathsep.join(("/one", "/two")))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/three")
    assert data_folders()[:2] == [Path("/one"), Path("/two")]
    assert config_folders()[0] == Path("/three")


def test_the_environments_folders_and_the_users_are_among_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JUPYTER_DATA_DIR", "/mine")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", "/settings")
    assert {Path("/mine"), Path(sys.prefix, "share", "jupyter")} <= set(data_folders())
    assert {Path("/settings"), Path(sys.prefix, "etc", "jupyter")} <= set(config_folders())


def test_a_user_without_a_home_folder_has_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: int) -> object:
        raise KeyError("uid not found")

    for name in ("HOME", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert Path(sys.prefix, "share", "jupyter") in data_folders()
    assert Path(sys.prefix, "etc", "jupyter") in config_folders()


def disable(folder: Path, names: object) -> Path:
    (folder / "labconfig").mkdir(parents=True)
    (folder / "labconfig" / "page_config.json").write_text(
        json.dumps({"disabledExtensions": names})
    )
    return folder


def test_what_is_disabled(tmp_path: Path) -> None:
    first = disable(tmp_path / "a", {"off": True, "on": False, "part:plugin": True})
    second = disable(tmp_path / "b", ["on", "also-off", 3])
    found = disabled_extensions([first, tmp_path / "missing", second])
    assert list(found) == ["off", "also-off"]
    assert found["off"] == first / "labconfig" / "page_config.json"


@pytest.mark.parametrize("names", [None, 1, "text", {}])
def test_odd_settings_disable_nothing(tmp_path: Path, names: object) -> None:
    assert disabled_extensions([disable(tmp_path, names)]) == {}


def test_unreadable_settings_disable_nothing(tmp_path: Path) -> None:
    (tmp_path / "labconfig").mkdir()
    (tmp_path / "labconfig" / "page_config.json").write_text("{")
    assert disabled_extensions([tmp_path]) == {}
