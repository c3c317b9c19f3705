"""Settings: their names, values, sources and meanings."""

from sundog.config.describe import Row, as_markdown, describe
from sundog.config.load import (
    EnvFile,
    find_env_files,
    load_settings,
    option_name,
    parse_option,
    read_env_file,
    unknown_variables,
)
from sundog.config.parse import Secret
from sundog.config.settings import SPECS, Settings
from sundog.config.words import Loader, Mode, SameSite, Source, SourceKind, Spec, ThemeVariant

__all__ = [
    "SPECS",
    "EnvFile",
    "Loader",
    "Mode",
    "Row",
    "SameSite",
    "Secret",
    "Settings",
    "Source",
    "SourceKind",
    "Spec",
    "ThemeVariant",
    "as_markdown",
    "describe",
    "find_env_files",
    "load_settings",
    "option_name",
    "parse_option",
    "read_env_file",
    "unknown_variables",
]
