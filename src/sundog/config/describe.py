"""Describes all settings, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sundog.config.settings import GROUPS, SPECS, Settings


@dataclass(frozen=True, slots=True)
class Row:
    """A setting as `sundog settings` prints it; values of secrets are masked."""

    name: str
    variables: tuple[str, ...]
    value: str
    default: str
    source: str
    meaning: str

    def as_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {
            "name": self.name,
            "variables": list(self.variables),
            "value": self.value,
            "default": self.default,
            "source": self.source,
            "meaning": self.meaning,
        }


def describe(settings: Settings) -> list[Row]:
    """Return all settings with their value, its source and their meaning."""
    return [
        Row(
            name=spec.name,
            variables=spec.variables,
            value=spec.kind.show(getattr(settings, spec.name)),
            default=spec.kind.show(spec.default),
            source=str(settings.source(spec.name)),
            meaning=spec.meaning,
        )
        for spec in SPECS.values()
    ]


def as_markdown() -> str:
    """Return all settings and their defaults as Markdown tables."""
    lines: list[str] = []
    for group in GROUPS:
        lines += ["", f"## {group}", "", "| variable | default | meaning |", "| --- | --- | --- |"]
        for spec in SPECS.values():
            if spec.group == group:
                variables = ", ".join(f"`{name}`" for name in spec.variables)
                default = spec.kind.show(spec.default)
                meaning = spec.meaning.replace("|", "\\|").replace("<", "&lt;")
                if spec.kind.choices:
                    meaning += f" ({', '.join(spec.kind.choices)})"
                shown = f"`{default}`" if default else "(empty)"
                lines.append(f"| {variables} | {shown} | {meaning} |")
    return "\n".join(lines[1:]) + "\n"
