"""What the doctor finds."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


class Level(enum.StrEnum):
    """How much a finding matters."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, what was found, and what to do about it."""

    check: str
    level: Level
    text: str
    mend: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints of it."""
        found = {"check": self.check, "level": self.level.value, "text": self.text}
        return {**found, "mend": self.mend} if self.mend else found


def ok(check: str, text: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(check, Level.OK, text)


def note(check: str, text: str, mend: str = "") -> Finding:
    """Return a finding that is good to know."""
    return Finding(check, Level.NOTE, text, mend)


def problem(check: str, text: str, mend: str) -> Finding:
    """Return a finding of something that will not work until it is mended."""
    return Finding(check, Level.PROBLEM, text, mend)


def has_problems(findings: Iterable[Finding]) -> bool:
    """Whether something will not work."""
    return any(finding.level is Level.PROBLEM for finding in findings)
