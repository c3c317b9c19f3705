"""Where the user's files are kept."""

from __future__ import annotations

import pwd
from pathlib import Path

import pytest

from sundog.config import Settings
from sundog.config.state_folder import state_folder


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"HOME": "/home/u"}, "/home/u/.local/state/sundog"),
        ({"HOME": "/home/u", "XDG_STATE_HOME": "/s"}, "/s/sundog"),
        ({"HOME": "/home/u", "XDG_STATE_HOME": ""}, "/home/u/.local/state/sundog"),
    ],
)
def test_it_is_where_the_platform_keeps_state(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], expected: str
) -> None:
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert state_folder(Settings()).as_posix() == expected


def test_the_setting_names_another(tmp_path: Path) -> None:
    assert state_folder(Settings(state_directory=tmp_path)) == tmp_path


def test_without_a_home_folder_it_cannot_be_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: int) -> object:
        raise KeyError("uid not found")

    for name in ("HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    folder = state_folder(Settings())
    assert folder.is_absolute()
    assert not folder.parent.exists()
