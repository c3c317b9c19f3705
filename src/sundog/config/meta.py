"""Describes a setting beyond its type and default."""

from __future__ import annotations

from dataclasses import dataclass

from sundog.config.values import Kind


@dataclass(frozen=True, slots=True)
class Meta:
    """Metadata in a setting's annotation."""

    kind: Kind
    meaning: str
    # Whether there is also a variable with the prefix SOLARA_.
    shared: bool = False
    variables: tuple[str, ...] = ()
    secret: bool = False
