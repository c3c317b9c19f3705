"""Where the user's files live."""

from pathlib import Path

import pytest

from sundog.config.places import user_state_directory

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
