"""Jupyter's folders, and what is disabled in them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sundog.extensions.folders import Places, config_folders, data_folders, disabled_extensions


def places(prefix: str = "/base", platform: str = "linux", **environ: str) -> Places:
    return Places(
        environ, Path("/home/me"), prefix, "/base", user_base="/home/me/.local", platform=platform
    )


def data(where: Places) -> list[str]:
    return [folder.as_posix() for folder in data_folders(where)]


def test_the_users_packages_count_more_than_those_of_a_shared_python() -> None:
    assert data(places()) == [
        "/home/me/.local/share/jupyter",
        "/base/share/jupyter",
        "/usr/local/share/jupyter",
        "/usr/share/jupyter",
    ]


def test_those_of_a_virtual_environment_count_most() -> None:
    assert data(places("/env"))[:2] == ["/env/share/jupyter", "/home/me/.local/share/jupyter"]


@pytest.mark.parametrize(("wish", "first"), [("0", "/home/me"), ("no", "/home/me"), ("1", "/env")])
def test_unless_the_user_wishes_otherwise(wish: str, first: str) -> None:
    assert data(places("/env", JUPYTER_PREFER_ENV_PATH=wish))[0].startswith(first)


def test_folders_that_are_named_come_first() -> None:
    named = places(JUPYTER_PATH=os.pathsep.join(("/one", "/two")), JUPYTER_DATA_DIR="/mine")
    assert data(named)[:3] == ["/one", "/two", "/mine"]
    assert data(places(XDG_DATA_HOME="/xdg"))[0] == "/xdg/jupyter"


def test_other_systems_have_other_folders() -> None:
    assert data(places(platform="darwin"))[0] == "/home/me/Library/Jupyter"
    windows = data(places(platform="win32", APPDATA="/roaming", PROGRAMDATA="/all"))
    assert (windows[0], windows[-1]) == ("/roaming/jupyter", "/all/jupyter")


def test_settings_have_folders_of_their_own() -> None:
    found = [
        folder.as_posix() for folder in config_folders(places("/env", JUPYTER_CONFIG_DIR="/c"))
    ]
    assert found[:2] == ["/env/etc/jupyter", "/c"]
    assert "/etc/jupyter" in found


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
