"""Relative addresses of pages for links, so that they work behind any prefix of a proxy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from sundog.app.loading import markdown
from sundog.app.loading.model import App, Cell
from sundog.app.site.tree import PageFile


def href(parts: Sequence[str]) -> str:
    """Return the address of a path's parts."""
    return "/" + "/".join(quote(part, safe="") for part in parts)


def relative(base: Sequence[str], target: Sequence[str]) -> str:
    """Return the link from an address in the folder `base` to the address `target`."""
    common = 0
    while common < min(len(base), len(target) - 1) and base[common] == target[common]:
        common += 1
    down = [quote(part, safe="") for part in target[common:]]
    up = [".."] * (len(base) - common)
    # On its own, a name with a colon would look like a scheme.
    return "/".join([*(up or ["."]), *down]) + ("" if down else "/")


def with_links(app: App, file: PageFile, root: Path, pages: Mapping[Path, PageFile]) -> App:
    """Return an app whose texts link to the pages of files, with the pictures next to them."""
    resolve = _resolver(file, root, pages)
    return replace(app, cells=tuple(_with_links(cell, resolve) for cell in app.cells))


def _resolver(
    file: PageFile, root: Path, pages: Mapping[Path, PageFile]
) -> Callable[[str], str | None]:
    def resolve(target: str) -> str | None:
        path, mark, rest = markdown.split_target(target)
        try:
            found = (file.path.parent / unquote(path)).resolve()
        except (OSError, ValueError, RuntimeError):
            return None
        page = pages.get(found)
        if page is not None:
            return relative(file.parts[:-1], page.parts) + mark + rest
        return markdown.picture_below(root, found)

    return resolve


def _with_links(cell: Cell, resolve: Callable[[str], str | None]) -> Cell:
    return replace(cell, shown=tuple(_linked(item, resolve) for item in cell.shown))


def _linked(item: dict[str, Any], resolve: Callable[[str], str | None]) -> dict[str, Any]:
    text = item.get("data", {}).get("text/markdown")
    if text is None:
        return item
    data = {**item["data"], "text/markdown": markdown.with_targets(text, resolve)}
    return {**item, "data": data}
