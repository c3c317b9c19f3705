"""Turns the paths of URLs into files, and never leaves the folder."""

from __future__ import annotations

from pathlib import Path


def safe_join(root: Path, path: str) -> Path | None:
    """Return the file of a relative URL path under a resolved root; None if it leads elsewhere.

    The path is taken as it is, decoded once by the server: what still looks encoded is a name.
    Names that begin with a dot are hidden (``.env``, ``.git``), links to such files too.
    """
    if not path or "\\" in path or ":" in path or not path.isprintable():
        return None
    if any(part == "" or part.startswith(".") for part in path.split("/")):
        return None
    try:
        found = (root / path).resolve()
        if not found.is_relative_to(root) or not found.is_file():
            return None
        hidden = any(part.startswith(".") for part in found.relative_to(root).parts)
        return None if hidden else found
    except (OSError, ValueError, RuntimeError):
        # The last is how Python before 3.13 tells of links in a circle.
        return None
