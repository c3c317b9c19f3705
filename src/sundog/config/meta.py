"""What a setting says of itself beside its type and its default."""

from __future__ import annotations

from dataclasses import dataclass

from sundog.config.values import Kind


@dataclass(frozen=True, slots=True)
class Meta:
    """Stands in the annotation of a setting."""

    kind: Kind
    meaning: str
    # Whether the variable exists with the shared prefix too.
    shared: bool = False
    variables: tuple[str, ...] = ()
    secret: bool = False
