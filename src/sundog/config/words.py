"""The enumerations and types of settings."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sundog.config.values import Kind


class Mode(enum.StrEnum):
    """The server's mode."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class SameSite(enum.StrEnum):
    """The cookie's ``SameSite`` attribute."""

    LAX = "lax"
    STRICT = "strict"
    NONE = "none"


class ThemeVariant(enum.StrEnum):
    """The page's colours."""

    LIGHT = "light"
    DARK = "dark"
    AUTO = "auto"


class Loader(enum.StrEnum):
    """What the page shows while it loads."""

    SUNDOG = "sundog"
    SOLARA = "solara"
    PLAIN = "plain"


class ExpiredPage(enum.StrEnum):
    """What a page does when its session has ended."""

    ASK = "ask"
    RESTART = "restart"


class SourceKind(enum.Enum):
    """The kind of a value's source; later ones win."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"
    OPTION = "option"


@dataclass(frozen=True, slots=True)
class Source:
    """The source of a value: the variable or option, and its file."""

    kind: SourceKind = SourceKind.DEFAULT
    name: str = ""
    file: Path | None = None

    def __str__(self) -> str:
        if self.kind is SourceKind.FILE:
            return f"{self.name} in {self.file}"
        return self.name or self.kind.value


@dataclass(frozen=True, slots=True)
class Spec:
    """A setting's description, without its value."""

    name: str
    kind: Kind
    meaning: str
    variables: tuple[str, ...]
    default: Any
    secret: bool
    group: str
