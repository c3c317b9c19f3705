"""The command: options, errors and output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sundog import __version__, cli
from sundog.config import Mode, Settings, ThemeVariant


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory without settings."""
    monkeypatch.chdir(tmp_path)
    for name in ("PORT", "HOST"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Settings, str, list[str], Any]]:
    """What would have been served."""
    calls: list[tuple[Settings, str, list[str], Any]] = []
    monkeypatch.setattr("sundog.cli.run.serve", lambda *given: calls.append(given))
    return calls


Served = list[tuple[Settings, str, list[str], Any]]


def invoke(*args: str, **environ: str) -> Result:
    before = dict(os.environ)
    try:
        return CliRunner().invoke(cli.main, args, env=environ, prog_name="sundog")
    finally:
        # A run gives the app the variables of its .env file.
        for name in os.environ.keys() - before.keys():
            del os.environ[name]


def test_defaults(served: Served) -> None:
    result = invoke("run", "app.py")
    assert result.exit_code == 0, result.output
    settings, app, arguments, open_browser, _ = served[0]
    assert (app, arguments, open_browser) == ("app.py", [], None)
    assert settings.mode is Mode.DEVELOPMENT
    assert settings.port == 8765
    assert str(settings.source("app")) == "--app"


def test_every_option_arrives(served: Served) -> None:
    result = invoke(
        *("run", "app.py:page", "--port", "0", "--host", "0.0.0.0", "--root-path", "apps"),
        *("--production", "--log-level", "DEBUG", "--access-log", "--no-open", "--dark"),
        *(
            "--workers",
            "2",
            "--shutdown-timeout",
            "500ms",
            "--forwarded-allow-ips",
            "10.0.0.0/8,::1",
        ),
        SOLARA_SESSION_SECRET_KEY="a secret of some length",
    )
    assert result.exit_code == 0, result.output
    settings, app, _, open_browser, _ = served[0]
    assert settings.workers == 2
    assert (app, open_browser) == ("app.py:page", False)
    assert settings.mode is Mode.PRODUCTION
    assert (settings.port, settings.host, settings.root_path) == (0, "0.0.0.0", "/apps")
    assert (settings.log_level, settings.access_log) == ("debug", True)
    assert settings.theme_variant is ThemeVariant.DARK
    assert settings.shutdown_timeout == 0.5
    assert settings.forwarded_allow_ips == ("10.0.0.0/8", "::1")
    assert str(settings.source("root_path")) == "--root-path"


def test_arguments_after_the_dashes_are_passed_to_the_app(served: Served) -> None:
    args = ["--port", "1", "x", "--", "-y", "--help"]
    assert invoke("run", "app.py", "--no-open", "--", *args).exit_code == 0
    assert served[0][2] == args
    assert served[0][0].port == 8765


def test_options_beat_the_environment_beats_the_file(folder: Path, served: Served) -> None:
    (folder / ".env").write_text("PORT=1\nSOLARA_ROOT_PATH=/file\nSOLARA_MODE=production\n")
    (folder / "other.env").write_text("PORT=9\n")
    invoke("run", "a.py", "--port", "3", PORT="2")
    invoke("run", "a.py", PORT="2")
    invoke("run", "a.py")
    invoke("run", "a.py", "--env-file", "other.env")
    assert [call[0].port for call in served] == [3, 2, 1, 9]
    assert [call[0].mode.value for call in served[2:]] == ["production", "development"]
    assert served[2][0].root_path == "/file"


def test_the_app_may_come_from_the_environment(served: Served) -> None:
    assert invoke("run", SOLARA_APP="app.py").exit_code == 0
    assert served[0][1] == "app.py"


def test_several_apps(served: Served, folder: Path) -> None:
    (folder / "b").mkdir()
    (folder / "b" / ".env").write_text("SUNDOG_PORT=7000\n")
    assert invoke("run", "x=b/b.py", "a.py", "--", "1").exit_code == 0
    assert served[0][1:3] == ("x=b/b.py\na.py", ["1"])
    assert served[0][0].port == 7000


def test_the_app_finds_the_files_variables_in_its_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, str] = {}
    monkeypatch.setattr("sundog.cli.run.serve", lambda *given: seen.update(os.environ))
    (folder / ".env").write_text("MINE=file\nOTHER=file\n")
    assert invoke("run", "a.py", MINE="kept").exit_code == 0
    assert (seen["MINE"], seen["OTHER"]) == ("kept", "file")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["run"], "no app to serve"),
        (["run", "a.py", "--prot", "1"], "--port"),
        (["run", "a.py", "--workers", "0"], "from 1 to 256"),
        (["run", "a.py", "--port", "70000"], "from 0 to 65535"),
        (["run", "a.py", "--log-level", "loud"], "warning, info or debug"),
        (["run", "a.py", "--theme-variant", "blue"], "light, dark or auto"),
        (["run", "a.py", "--shutdown-timeout", "soon"], "30s or 2d"),
        (["run", "a.py", "--forwarded-allow-ips", "proxy"], "IP addresses"),
        (["run", "a.py", "--root-path", "/a?b"], "a URL path"),
        (["run", "a.py", "--dark", "--theme-variant", "light"], "contradicts"),
        (["rnu"], "run"),
    ],
)
def test_usage_errors(served: Served, args: list[str], message: str) -> None:
    result = invoke(*args)
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output
    assert not served


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"SOLARA_KERNEL_CULL_TIMEOUT": "1x"}, "SOLARA_KERNEL_CULL_TIMEOUT: '1x'"),
        ({"PORT": "web"}, "PORT: 'web' is invalid; use a whole number"),
        ({"SOLARA_MODE": "prod", "PORT": "x"}, "invalid settings"),
    ],
)
def test_wrong_settings(served: Served, environ: dict[str, str], message: str) -> None:
    result = invoke("run", "a.py", **environ)
    assert result.exit_code == 1
    assert message in result.output
    assert "Traceback" not in result.output


def test_dark_agrees_with_itself(served: Served) -> None:
    assert invoke("run", "a.py", "--dark", "--theme-variant", "dark").exit_code == 0


def test_misspelt_variables_are_reported(served: Served) -> None:
    result = invoke("run", "a.py", SUNDOG_KERNAL_CULL_TIMEOUT="1m")
    assert "did you mean SUNDOG_KERNEL_CULL_TIMEOUT?" in result.output
    assert len(served) == 1


def test_settings_are_printed_with_their_source(folder: Path) -> None:
    (folder / ".env").write_text("SOLARA_SESSION_SECRET_KEY=hush-hush\n")
    environ = {"SOLARA_KERNEL_CULL_TIMEOUT": "90m"}
    text = invoke("settings", **environ).output
    assert "SUNDOG_KERNEL_CULL_TIMEOUT = 90m  [SOLARA_KERNEL_CULL_TIMEOUT]" in text
    assert "SUNDOG_PORT = 8765  [default]" in text
    assert "hush" not in text
    rows = json.loads(invoke("settings", "--json", **environ).output)
    by_name = {row["name"]: row for row in rows}
    assert by_name["kernel_cull_timeout"]["value"] == "90m"
    assert by_name["kernel_cull_timeout"]["default"] == "1d"
    assert by_name["session_secret_key"]["value"] == "********"
    assert by_name["session_secret_key"]["source"].endswith(".env")
    assert by_name["mode"]["value"] == "development"
    assert all(row["meaning"] for row in rows)


def test_settings_beside_an_app(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / ".env").write_text("PORT=4321\n")
    assert "SUNDOG_PORT = 4321" in invoke("settings", "sub/app.py").output
    result = invoke("settings", "--production")
    assert "SUNDOG_MODE = production" in result.output
    assert invoke("settings", "--env-file", "missing").exit_code == 1


def test_version() -> None:
    assert invoke("--version").output == f"Sundog {__version__}\n"


def test_help_imports_nothing_that_serves() -> None:
    code = (
        "import sys; from sundog.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('starlette', 'uvicorn', 'IPython', 'asyncio') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_file_is_not_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text("")
    result = CliRunner().invoke(cli.main, ["app.py"])
    assert result.exit_code == 2
    assert "To serve it: main run app.py" in result.output
