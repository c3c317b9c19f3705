"""The addresses, titles and order of pages, from the names of their files."""

from __future__ import annotations

import re
from typing import Final

_PREFIX: Final = re.compile(r"(\d+)[_\-. ]+(?=.)")
_BLANKS: Final = re.compile(r"[_\s]+")

# The server needs these addresses itself.
RESERVED: Final = frozenset(("static", "nbextensions", "readyz", "livez"))


def is_skipped(name: str) -> bool:
    """Whether a file or folder is not a page."""
    return name.startswith(("_", "."))


def order(name: str) -> tuple[int, int, str]:
    """Return the sort key of a name: names that begin with a number come first, by that number."""
    found = _PREFIX.match(name)
    return (0, int(found[1]), name) if found else (1, 0, name)


def slug(stem: str) -> str:
    """Return a name as part of an address."""
    return _BLANKS.sub("-", _without_number(stem))


def title(stem: str) -> str:
    """Return the title of a page that has none of its own."""
    text = re.sub(r"[_\-\s]+", " ", _without_number(stem)).strip()
    return text[:1].upper() + text[1:] if text else stem


def _without_number(stem: str) -> str:
    return _PREFIX.sub("", stem, count=1) if _PREFIX.match(stem) else stem
