"""The words that settings are written in."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sundog.config.values import Kind


class Mode(enum.StrEnum):
    """Whom the server serves: its developer, or the public."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class SameSite(enum.StrEnum):
    """The cookie's ``SameSite`` attribute."""

    LAX = "lax"
    STRICT = "strict"
    NONE = "none"


class ThemeVariant(enum.StrEnum):
    """Which colours the page has."""

    LIGHT = "light"
    DARK = "dark"
    AUTO = "auto"


class Loader(enum.StrEnum):
    """What the page shows until the app does."""

    SUNDOG = "sundog"
    SOLARA = "solara"
    PLAIN = "plain"


class ExpiredPage(enum.StrEnum):
    """What a page does when its kernel has ended."""

    ASK = "ask"
    RESTART = "restart"


class SourceKind(enum.Enum):
    """Where a value came from; later ones win."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"
    OPTION = "option"


@dataclass(frozen=True, slots=True)
class Source:
    """Where one value came from: which variable or option, in which file."""

    kind: SourceKind = SourceKind.DEFAULT
    name: str = ""
    file: Path | None = None

    def __str__(self) -> str:
        if self.kind is SourceKind.FILE:
            return f"{self.name} in {self.file}"
        return self.name or self.kind.value


@dataclass(frozen=True, slots=True)
class Spec:
    """What is known of a setting besides its value."""

    name: str
    kind: Kind
    meaning: str
    variables: tuple[str, ...]
    default: Any
    secret: bool
    group: str
