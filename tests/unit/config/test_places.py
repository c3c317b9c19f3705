"""Where the user's files live."""

from pathlib import Path

import pytest

from sundog.config.places import home_directory, user_state_directory

HOME = Path("/home/u")


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({}, "linux", "/home/u/.local/state/sundog"),
        ({"XDG_STATE_HOME": "/s"}, "linux", "/s/sundog"),
        ({"XDG_STATE_HOME": "relative"}, "linux", "/home/u/.local/state/sundog"),
        ({"XDG_STATE_HOME": ""}, "linux", "/home/u/.local/state/sundog"),
        ({}, "darwin", "/home/u/Library/Application Support/sundog"),
        ({"LOCALAPPDATA": "/l"}, "win32", "/l/sundog"),
    ],
)
def test_state_directory(environ: dict[str, str], platform: str, expected: str) -> None:
    assert user_state_directory(environ, HOME, platform).as_posix() == expected


def test_a_user_without_a_home_has_a_folder_that_can_not_be_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pwd = pytest.importorskip("pwd")

    def unknown(uid: int) -> None:
        raise KeyError(f"getpwuid(): uid not found: {uid}")

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert home_directory() == Path("/nonexistent")


def test_the_home_is_the_user_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    assert home_directory() == Path("/home/somebody")
