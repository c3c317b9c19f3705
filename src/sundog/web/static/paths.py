"""Maps URL paths to files, and never leaves the folder."""

from __future__ import annotations

from pathlib import Path


def safe_join(root: Path, path: str) -> Path | None:
    """Return the file of a relative URL path under a resolved root, or None if it leads elsewhere.

    The path is used as it is, decoded once by the server: anything that still looks encoded is a
    name. Names that start with a dot are hidden (``.env``, ``.git``), and so are links to such
    files.
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
        # Python before 3.13 raises the last one for circular links.
        return None
