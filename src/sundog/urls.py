"""URLs that may contain a password, and how to show them without it."""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, urlsplit

MASK: Final = "********"


def split_url(url: str) -> SplitResult:
    """Return a URL's parts. Raises `ValueError` that does not contain the URL."""
    try:
        parts = urlsplit(url)
        # Reading the port checks it.
        _ = parts.port
        misread = "@" in parts.path or "#" in url
    except ValueError:
        misread = True
    if misread:
        raise ValueError(
            "a URL, with special characters in its user name and password encoded (%23, %2F, %40)"
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
