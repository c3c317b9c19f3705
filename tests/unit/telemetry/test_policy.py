"""Whatever speaks against reporting wins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sundog.config import EnvFile, load_settings
from sundog.telemetry.policy import Policy, decide

TOKEN = {"SOLARA_TELEMETRY_MIXPANEL_TOKEN": "token"}
SWITCH = "SOLARA_TELEMETRY_MIXPANEL_ENABLE"


def policy(
    environ: dict[str, str],
    *files: EnvFile,
    auto_restart: bool | None = None,
    installed: bool = True,
) -> Policy:
    settings = load_settings({"auto_restart": auto_restart}, environ=environ, env_files=files)
    return decide(settings, installed=lambda: installed)


def test_it_is_on_with_a_token_only() -> None:
    assert policy(TOKEN) == Policy(True, f"telemetry on; {SWITCH}=False turns it off")
    assert policy({}) == Policy(False, "telemetry off, no token")
    assert not policy({SWITCH: "True"}).on


@pytest.mark.parametrize("value", ["False", "false", "0", "off", "no"])
@pytest.mark.parametrize("name", [SWITCH, "SUNDOG_TELEMETRY_MIXPANEL_ENABLE"])
def test_the_environment_turns_it_off(name: str, value: str) -> None:
    assert policy({**TOKEN, name: value}) == Policy(False, f"telemetry off by {name}")


def test_a_file_turns_it_off() -> None:
    file = EnvFile(Path(".env"), {SWITCH: "False"})
    assert policy(TOKEN, file) == Policy(False, f"telemetry off by {SWITCH} in .env")


def test_restarting_turns_it_off() -> None:
    found = policy({**TOKEN, SWITCH: "True"}, auto_restart=True)
    assert found == Policy(False, "telemetry off by --auto-restart")


def test_without_the_library_nothing_can_be_sent() -> None:
    assert policy(TOKEN, installed=False).words == (
        "telemetry off, sundog[telemetry] is not installed"
    )


def test_the_token_is_not_said() -> None:
    given: dict[str, Any] = {"SOLARA_TELEMETRY_MIXPANEL_TOKEN": "a-secret-token"}
    assert "a-secret-token" not in policy(given).words
