"""Where a setting's value comes from."""

from pathlib import Path

import pytest

from sundog.config import (
    SPECS,
    EnvFile,
    Mode,
    Settings,
    SourceKind,
    describe,
    find_env_files,
    load_settings,
    parse_option,
    unknown_variables,
)
from sundog.config.values import AUTO
from sundog.errors import ConfigError

ENV_FILE = EnvFile(Path("/p/.env"), {"SOLARA_MODE": "production", "SOLARA_ROOT_PATH": "/file"})

# A text that each setting takes and that is not its default.
SAMPLES = {
    "mode": "development",
    "app": "app.py",
    "host": "0.0.0.0",
    "port": "1234",
    "root_path": "/apps",
    "workers": "3",
    "base_url": "https://example.com/apps",
    "forwarded_allow_ips": "10.0.0.0/8",
    "allowed_origins": "https://example.com,http://localhost:1",
    "allowed_hosts": "*.example.com",
    "log_level": "debug",
    "access_log": "on",
    "shutdown_timeout": "3s",
    "supervisor": "off",
    "hang_timeout": "20s",
    "state_directory": "/var/lib/x",
    "kernel_cull_timeout": "1m",
    "kernel_max_count": "7",
    "kernel_max_per_session": "3",
    "dry_run_timeout": "1m",
    "kernel_threads": "own",
    "kernel_prewarm": "2",
    "kernel_prewarm_age": "5m",
    "memory_limit": "2g",
    "max_unfinished_bytes": "10MiB",
    "message_rate": "100",
    "byte_rate": "1MiB",
    "handshake_rate": "5",
    "handshake_burst": "50",
    "max_connections": "1000",
    "max_connections_per_session": "20",
    "user_header": "X-Forwarded-User",
    "hot_reload": "false",
    "auto_restart": "true",
    "pdb": "true",
    "editor": "idea://open?file={path}&line={line}",
    "script_eval": "false",
    "script_blobs": "false",
    "max_message_size": "1MiB",
    "replay_messages": "10",
    "replay_bytes": "2KiB",
    "backlog_bytes": "3MiB",
    "display_bytes": "3MiB",
    "session_secret_key": "a secret of some length",
    "session_http_only": "no",
    "session_https_only": "true",
    "session_same_site": "strict",
    "session_max_age": "7d",
    "store_url": "sqlite:///sessions.db",
    "store_timeout": "5s",
    "store_value_bytes": "1KiB",
    "store_session_bytes": "2KiB",
    "store_memory_bytes": "3MiB",
    "theme_variant": "dark",
    "theme_title": "Weather",
    "theme_loader": "plain",
    "menu": "false",
    "expired_page": "restart",
    "server_http_gzip": "false",
    "server_ignore_nbextensions": "true",
    "assets_extra_locations": "/a,/b",
    "script_sources": "https://esm.sh",
    "widget_loaders": "bqplot=amd",
    "content_security_policy": "none",
    "frame_ancestors": "'none'",
    "telemetry_mixpanel_enable": "False",
    "telemetry_mixpanel_token": "a token",
    "telemetry_mixpanel_host": "https://api-eu.mixpanel.com",
}

# What a setting can't be without.
COMPANIONS = {"workers": {"SUNDOG_SESSION_SECRET_KEY": "a secret of some length"}}


def load(options: dict[str, object] | None = None, *files: EnvFile, **environ: str) -> Settings:
    return load_settings(options, env_files=files, environ=environ)


def test_defaults() -> None:
    settings = load()
    assert (settings.host, settings.port, settings.mode) == ("localhost", 8765, Mode.PRODUCTION)
    assert settings.kernel_cull_timeout == 86400
    assert settings.kernel_max_per_session == 100
    assert settings.session_same_site == "lax"
    assert settings.source("port").kind is SourceKind.DEFAULT
    assert load_settings(defaults={"mode": Mode.DEVELOPMENT}, environ={}).development


def test_every_setting_has_a_sample() -> None:
    assert SAMPLES.keys() == SPECS.keys()


@pytest.mark.parametrize(
    ("name", "variable"),
    [(spec.name, variable) for spec in SPECS.values() for variable in spec.variables],
)
def test_every_variable_of_every_setting_works(name: str, variable: str) -> None:
    settings = load(None, **{**COMPANIONS.get(name, {}), variable: SAMPLES[name]})
    assert getattr(settings, name) == parse_option(name, SAMPLES[name])
    assert getattr(settings, name) != SPECS[name].default
    assert str(settings.source(name)) == variable
    # What is shown can be given again.
    if not SPECS[name].secret:
        shown = next(row.value for row in describe(settings) if row.name == name)
        assert parse_option(name, shown) == getattr(settings, name)


@pytest.mark.parametrize(
    "variable",
    [
        "SOLARA_MODE",
        "SOLARA_APP",
        "SOLARA_HOST",
        "SOLARA_ROOT_PATH",
        "SOLARA_BASE_URL",
        "SOLARA_KERNEL_CULL_TIMEOUT",
        "SOLARA_KERNEL_MAX_COUNT",
        "SOLARA_KERNEL_MAX_PER_SESSION",
        "SOLARA_SESSION_SECRET_KEY",
        "SOLARA_SESSION_HTTP_ONLY",
        "SOLARA_SESSION_HTTPS_ONLY",
        "SOLARA_SESSION_SAME_SITE",
        "SOLARA_THEME_VARIANT",
        "SOLARA_THEME_TITLE",
        "SOLARA_THEME_LOADER",
        "SOLARA_SERVER_HTTP_GZIP",
        "SOLARA_SERVER_IGNORE_NBEXTENSIONS",
        "SOLARA_ASSETS_EXTRA_LOCATIONS",
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE",
        "SOLARA_TELEMETRY_MIXPANEL_TOKEN",
        "PORT",
        "HOST",
    ],
)
def test_known_names_are_kept(variable: str) -> None:
    assert any(variable in spec.variables for spec in SPECS.values())


def test_an_option_beats_the_environment_beats_the_file_beats_the_default() -> None:
    environ = {"SOLARA_ROOT_PATH": "/environ"}
    assert load({"root_path": "/option"}, ENV_FILE, **environ).root_path == "/option"
    assert load({"root_path": None}, ENV_FILE, **environ).root_path == "/environ"
    settings = load(None, ENV_FILE)
    assert settings.root_path == "/file"
    assert str(settings.source("root_path")) == "SOLARA_ROOT_PATH in /p/.env"
    assert str(load({"root_path": "/o"}).source("root_path")) == "--root-path"


def test_our_own_prefix_wins_at_the_same_level_only() -> None:
    both = {"SOLARA_ROOT_PATH": "/solara", "SUNDOG_ROOT_PATH": "/sundog"}
    assert load(None, **both).root_path == "/sundog"
    in_file = EnvFile(Path(".env"), {"SUNDOG_ROOT_PATH": "/sundog"})
    assert load(None, in_file, SOLARA_ROOT_PATH="/solara").root_path == "/solara"


def test_the_first_file_wins() -> None:
    other = EnvFile(Path("/q/.env"), {"SOLARA_MODE": "development", "PORT": "99"})
    settings = load(None, ENV_FILE, other)
    assert settings.mode is Mode.PRODUCTION
    assert settings.port == 99


def test_an_empty_variable_is_not_set_where_nothing_can_be_empty() -> None:
    settings = load(None, PORT="", SOLARA_KERNEL_MAX_COUNT=" ", SUNDOG_FORWARDED_ALLOW_IPS="")
    assert settings.port == 8765
    assert settings.kernel_max_count == AUTO
    assert settings.forwarded_allow_ips == ()


def test_every_wrong_value_is_named_with_its_place_and_what_is_allowed() -> None:
    file = EnvFile(Path("/p/.env"), {"SUNDOG_MODE": "prod"})
    with pytest.raises(ConfigError) as raised:
        load(None, file, SOLARA_KERNEL_CULL_TIMEOUT="1x", PORT="70000")
    text = str(raised.value)
    assert "SUNDOG_MODE in /p/.env: 'prod' is invalid; use development or production" in text
    assert "SOLARA_KERNEL_CULL_TIMEOUT: '1x'" in text
    assert "30s or 2d" in text
    assert "PORT: '70000'" in text
    assert "from 0 to 65535" in text


def test_settings_that_contradict_each_other() -> None:
    with pytest.raises(ConfigError, match="SOLARA_SESSION_HTTPS_ONLY"):
        load(None, SOLARA_SESSION_SAME_SITE="none", SOLARA_SESSION_HTTPS_ONLY="false")
    with pytest.raises(ConfigError, match="remove one"):
        load(None, SOLARA_BASE_URL="https://h/a", SOLARA_ROOT_PATH="/b")


def test_the_base_url_gives_the_root_path() -> None:
    settings = load(None, SOLARA_BASE_URL="https://h/a/")
    assert settings.root_path == "/a"
    assert str(settings.source("root_path")) == "SOLARA_BASE_URL"
    assert load(None, SOLARA_BASE_URL="https://h/a", SOLARA_ROOT_PATH="/a").root_path == "/a"


def test_secrets_stay_secret() -> None:
    settings = load(None, SOLARA_SESSION_SECRET_KEY="hush-hush")
    shown = " ".join(str(row.as_json()) for row in describe(settings))
    assert "hush" not in f"{settings!r} {shown}"
    row = next(row for row in describe(settings) if row.name == "session_secret_key")
    assert (row.value, row.source) == ("********", "SOLARA_SESSION_SECRET_KEY")


def test_files_are_found_here_and_beside_the_app(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".env").write_text("PORT=1\n# a comment\nA='x y'\n")
    (tmp_path / "sub" / ".env").write_text("export PORT=2\nSOLARA_MODE=production\n")
    for app in ("sub/app.py", "sub/app.py:page", "sub"):
        files = find_env_files(None, app, tmp_path)
        assert [each.variables["PORT"] for each in files] == ["1", "2"]
    assert files[0].variables["A"] == "x y"
    assert len(find_env_files(None, "app.py", tmp_path)) == 1
    assert len(find_env_files(None, "pkg.mod:obj", tmp_path)) == 1
    assert len(find_env_files(None, None, tmp_path)) == 1
    (tmp_path / "sub" / ".env").unlink()
    # It may come.
    assert find_env_files(None, "sub/app.py", tmp_path)[1] == EnvFile(tmp_path / "sub" / ".env", {})
    assert len(find_env_files(None, "nowhere/app.py", tmp_path)) == 1
    (tmp_path / "sub" / ".env").write_text("PORT=2\n")
    given = find_env_files(tmp_path / "sub" / ".env", "app.py", tmp_path)
    assert [each.variables["PORT"] for each in given] == ["2"]


def test_a_given_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot find .*missing"):
        find_env_files(tmp_path / "missing", None, tmp_path)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00A=1")
    with pytest.raises(ConfigError, match="can't be read"):
        find_env_files(tmp_path / "binary", None, tmp_path)


def test_names_that_look_like_ours_are_told() -> None:
    environ = {
        "SUNDOG_KERNAL_CULL_TIMEOUT": "1m",
        "SOLARA_KERNEL_CULL_TIMEOUTS": "1m",
        "SOLARA_OAUTH_CLIENT_ID": "x",
        "SUNDOG_XYZZY": "",
        "SUNDOG_PORT": "1",
        "PATH": "",
    }
    warnings = unknown_variables(environ)
    assert [text.split(" ")[0] for text in warnings] == [
        "SOLARA_KERNEL_CULL_TIMEOUTS",
        "SUNDOG_KERNAL_CULL_TIMEOUT",
        "SUNDOG_XYZZY",
    ]
    assert "did you mean SUNDOG_KERNEL_CULL_TIMEOUT?" in warnings[1]


def test_a_short_unknown_variable_gets_no_wrong_suggestion() -> None:
    assert unknown_variables({"SUNDOG_FOO": "1"}) == ["SUNDOG_FOO is not a setting"]
