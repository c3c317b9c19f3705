"""What pages are called: from the names of files to addresses, titles and their order."""

from __future__ import annotations

import re
from typing import Final

_PREFIX: Final = re.compile(r"(\d+)[_\-. ]+(?=.)")
_BLANKS: Final = re.compile(r"[_\s]+")

# Below the root of an app, these lead to something else.
RESERVED: Final = frozenset(("static", "nbextensions", "readyz", "livez"))


def is_skipped(name: str) -> bool:
    """Whether a file or folder is none of the pages."""
    return name.startswith(("_", "."))


def order(name: str) -> tuple[int, int, str]:
    """Return what names are sorted by: first those with a number before them, by that number."""
    found = _PREFIX.match(name)
    return (0, int(found[1]), name) if found else (1, 0, name)


def slug(stem: str) -> str:
    """Return what stands for a name in an address."""
    return _BLANKS.sub("-", _without_number(stem))


def title(stem: str) -> str:
    """Return what a page is called that does not say so itself."""
    text = re.sub(r"[_\-\s]+", " ", _without_number(stem)).strip()
    return text[:1].upper() + text[1:] if text else stem


def _without_number(stem: str) -> str:
    return _PREFIX.sub("", stem, count=1) if _PREFIX.match(stem) else stem
