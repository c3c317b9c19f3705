"""The doctor's findings."""

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
    """The result of one check, and a suggested fix if there is one."""

    check: str
    level: Level
    text: str
    fix: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the finding as ``--json`` prints it."""
        found = {"check": self.check, "level": self.level.value, "text": self.text}
        return {**found, "fix": self.fix} if self.fix else found


def ok(check: str, text: str) -> Finding:
    """Return a finding without a problem."""
    return Finding(check, Level.OK, text)


def note(check: str, text: str, fix: str = "") -> Finding:
    """Return a warning."""
    return Finding(check, Level.NOTE, text, fix)


def problem(check: str, text: str, fix: str) -> Finding:
    """Return a problem: something does not work until it is fixed."""
    return Finding(check, Level.PROBLEM, text, fix)


def has_problems(findings: Iterable[Finding]) -> bool:
    """Return whether there is at least one problem."""
    return any(finding.level is Level.PROBLEM for finding in findings)
