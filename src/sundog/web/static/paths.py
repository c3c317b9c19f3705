"""Turns the paths of URLs into files, and never leaves the folder."""

from __future__ import annotations

from pathlib import Path


def safe_join(root: Path, path: str) -> Path | None:
    """Return the file of a relative URL path under a resolved root; None if it leads elsewhere.

    The path is taken as it is, decoded once by the server: what still looks encoded is a name.
    """
    if not path or "\\" in path or ":" in path or not path.isprintable():
        return None
    if any(part in ("", ".", "..") for part in path.split("/")):
        return None
    try:
        found = (root / path).resolve()
        return found if found.is_relative_to(root) and found.is_file() else None
    except (OSError, ValueError, RuntimeError):
        # The last is how Python before 3.13 tells of links in a circle.
        return None
