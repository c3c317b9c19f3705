"""URLs that may hold a password, and what of them may be shown."""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, urlsplit

MASK: Final = "********"


def split_url(url: str) -> SplitResult:
    """Return a URL's parts. Raises `ValueError` that repeats nothing of the URL."""
    try:
        parts = urlsplit(url)
        # Reading the port is what checks it.
        _ = parts.port
        misread = "@" in parts.path or "#" in url
    except ValueError:
        misread = True
    if misread:
        raise ValueError(
            "a URL; in its user name and password, write special characters as %23, %2F, %40"
        ) from None
    return parts


def without_secrets(url: str) -> str:
    """Return a URL without its query and fragment, its user name and password masked."""
    try:
        parts = split_url(url)
    except ValueError:
        return MASK
    _, at, place = parts.netloc.rpartition("@")
    return f"{parts.scheme}://{MASK + '@' if at else ''}{place}{parts.path}"
