"""Finds each setting's value: option, else environment, else ``.env``, else default."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from sundog.config.settings import PREFIX, SHARED_PREFIX, SPECS, Settings
from sundog.config.words import SameSite, Source, SourceKind, Spec
from sundog.errors import ConfigError

ENV_FILE: Final = ".env"

_NOTHING: Final = Source()


@dataclass(frozen=True, slots=True)
class EnvFile:
    """The variables of one ``.env`` file."""

    path: Path
    variables: Mapping[str, str]


def find_env_files(env_file: Path | None, app: str | None, directory: Path) -> tuple[EnvFile, ...]:
    """Return the ``.env`` files to read, the most important first.

    These are the given one, or else those in the working directory and next to the app. A missing
    file may be created later, and has no variables yet.

    Raises:
        ConfigError: A file can't be read.
    """
    if env_file is not None:
        if not env_file.is_file():
            raise ConfigError(f"--env-file: cannot find {env_file}. Check the path.")
        return (read_env_file(env_file),)
    places = [directory]
    if app:
        path = directory / app.rpartition(":")[0] if ":" in app[2:] else directory / app
        places.append(path if path.is_dir() else path.parent)
    found: dict[Path, EnvFile] = {}
    for place in places:
        path = place / ENV_FILE
        if place.is_dir() and path.resolve() not in found:
            found[path.resolve()] = read_env_file(path) if path.is_file() else EnvFile(path, {})
    return tuple(found.values())


def load_settings(
    options: Mapping[str, Any] | None = None,
    *,
    defaults: Mapping[str, Any] | None = None,
    env_files: Iterable[EnvFile] = (),
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Return the settings.

    Args:
        options: Parsed values (see `parse_option`) by name of setting; None means not given.
        defaults: Values that replace the settings' own defaults.
        env_files: The ``.env`` files, the most important first.
        environ: The environment; `os.environ` by default.

    Raises:
        ConfigError: Some values are invalid; the message names all of them.
    """
    variables = os.environ if environ is None else environ
    layers = [(Source(SourceKind.ENVIRONMENT), variables)]
    layers += [(Source(SourceKind.FILE, file=each.path), each.variables) for each in env_files]
    found: dict[str, Any] = dict(defaults or {})
    sources: dict[str, Source] = {}
    wrong: list[str] = []
    for spec in SPECS.values():
        given = (options or {}).get(spec.name)
        if given is not None:
            found[spec.name] = given
            sources[spec.name] = Source(SourceKind.OPTION, option_name(spec.name))
            continue
        source, text = _look_up(spec, layers)
        if source is _NOTHING:
            continue
        try:
            found[spec.name] = spec.kind.parse(text)
            sources[spec.name] = source
        except ValueError as error:
            wrong.append(_complaint(spec, source, text, error))
    if wrong:
        raise ConfigError("\n".join(wrong))
    settings = Settings(**found, sources=sources)
    _check_together(settings)
    return _with_root_of_base_url(settings)


def parse_option(name: str, text: str) -> Any:
    """Return an option's parsed value. Raises `ValueError` that says what is allowed."""
    return SPECS[name].kind.parse(text)


def option_name(name: str) -> str:
    """Return the command-line option of a setting."""
    return "--" + name.replace("_", "-")


def unknown_variables(environ: Mapping[str, str], env_files: Iterable[EnvFile] = ()) -> list[str]:
    """Return a warning for each variable with our prefix that is not a setting."""
    known = [name for spec in SPECS.values() for name in spec.variables]
    given = set(environ).union(*(each.variables for each in env_files))
    warnings = []
    for name in sorted(given):
        if not name.startswith((PREFIX, SHARED_PREFIX)) or name in known:
            continue
        # Without the prefix, which would make all names similar.
        prefix = PREFIX if name.startswith(PREFIX) else SHARED_PREFIX
        rests = [each.removeprefix(prefix) for each in known if each.startswith(prefix)]
        near = difflib.get_close_matches(name.removeprefix(prefix), rests, n=1, cutoff=0.75)
        hint = f"; did you mean {prefix}{near[0]}?" if near else ""
        if hint or name.startswith(PREFIX):
            warnings.append(f"{name} is not a setting{hint}")
    return warnings


def read_env_file(path: Path) -> EnvFile:
    """Return the variables of a file. Raises `ConfigError` if it can't be read."""
    # Only needed if there is such a file.
    from dotenv import dotenv_values

    try:
        read = dotenv_values(path, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} can't be read: {error}") from error
    return EnvFile(path, {name: value for name, value in read.items() if value is not None})


def _look_up(spec: Spec, layers: Iterable[tuple[Source, Mapping[str, str]]]) -> tuple[Source, str]:
    for level, variables in layers:
        for name in spec.variables:
            text = variables.get(name)
            # An empty variable is how compose files and shells write "not set".
            if text is None or (not text.strip() and not spec.kind.takes_empty):
                continue
            return Source(level.kind, name, level.file), text
    return _NOTHING, ""


def _complaint(spec: Spec, source: Source, text: str, error: ValueError) -> str:
    value = "its value" if spec.secret else repr(text)
    return f"{source}: {value} is invalid; use {error}"


def _check_together(settings: Settings) -> None:
    if settings.workers > 1 and not settings.session_secret_key:
        raise ConfigError(
            f"{settings.source('workers')}: several workers need a shared secret that stays the"
            " same after a restart. Set SUNDOG_SESSION_SECRET_KEY (or SOLARA_SESSION_SECRET_KEY)"
            " to the output of:\n"
            '  python -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    same_site, https_only = settings.session_same_site, settings.session_https_only
    if same_site is SameSite.NONE and https_only is False:
        raise ConfigError(
            f"{settings.source('session_same_site')} and {settings.source('session_https_only')}:"
            " browsers accept a SameSite=None cookie only over https; set the second to auto"
        )
    if settings.base_url is not None and settings.source("root_path") != _NOTHING:
        path = urlsplit(settings.base_url).path
        if path != settings.root_path:
            raise ConfigError(
                f"{settings.source('base_url')} has the path {path or '/'!r}, but"
                f" {settings.source('root_path')} is {settings.root_path or '/'!r}; remove one"
            )


def _with_root_of_base_url(settings: Settings) -> Settings:
    if settings.base_url is None or settings.source("root_path") != _NOTHING:
        return settings
    sources = {**settings.sources, "root_path": settings.source("base_url")}
    return replace(settings, root_path=urlsplit(settings.base_url).path, sources=sources)
