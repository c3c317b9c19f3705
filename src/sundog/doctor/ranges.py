"""Version ranges as npm writes them (https://github.com/npm/node-semver#ranges), the usual forms.

Python versions are compared by their release numbers: labextension 3.1.0-a2 belongs to distribution
3.1.0a2.
"""

from __future__ import annotations

import re
from typing import Final

Version = tuple[int, int, int]

_NUMBERS: Final = re.compile(r"v?(\d+)(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?")
_TERM: Final = re.compile(r"(\^|~>?|>=|<=|>|<|=)?\s*(v?\d[\w.+*-]*|[xX*])")
_HYPHEN: Final = re.compile(r"(\S+)\s+-\s+(\S+)")
_NEVER: Final = (1 << 62, 0, 0)


def parse_version(text: str) -> Version | None:
    """Return a version's release numbers, or None if it is not a version."""
    match = _NUMBERS.match(text.strip())
    if match is None:
        return None
    major, minor, patch = (int(part) if part and part.isdigit() else 0 for part in match.groups())
    return major, minor, patch


def satisfies(version: str, wanted: str) -> bool | None:
    """Return whether a version is in a range, or None if either is invalid."""
    number = parse_version(version)
    if number is None:
        return None
    alternatives = [_bounds(part) for part in wanted.split("||")]
    if all(bounds is None for bounds in alternatives):
        return None
    return any(
        all(low <= number < high for low, high in bounds)
        for bounds in alternatives
        if bounds is not None
    )


def _bounds(text: str) -> list[tuple[Version, Version]] | None:
    """Return the intervals that a version must be in, from the first (included) to the second."""
    text = _HYPHEN.sub(r">=\1 <=\2", text.strip())
    if text in ("", "latest"):
        return []
    terms = _TERM.findall(text)
    if not terms or _TERM.sub("", text).strip(", "):
        return None
    return [_term(operator, number) for operator, number in terms]


def _term(operator: str, text: str) -> tuple[Version, Version]:
    match = _NUMBERS.match(text)
    if match is None:
        return (0, 0, 0), _NEVER
    given = sum(1 for part in match.groups() if part and part.isdigit())
    low = parse_version(text) or (0, 0, 0)
    after = _next(low, given)
    if operator == ">=":
        return low, _NEVER
    if operator == ">":
        return after, _NEVER
    if operator == "<":
        return (0, 0, 0), low
    if operator == "<=":
        return (0, 0, 0), after
    if operator == "^":
        # The first given number that is not zero must stay the same.
        first = next((index for index, number in enumerate(low) if number), given - 1)
        return low, _next(low, min(first + 1, given))
    if operator.startswith("~"):
        return low, _next(low, min(2, given))
    return low, after


def _next(version: Version, numbers: int) -> Version:
    """Return the next version that differs in the given count of leading numbers."""
    major, minor, patch = version
    if numbers <= 1:
        return major + 1, 0, 0
    return (major, minor + 1, 0) if numbers == 2 else (major, minor, patch + 1)
