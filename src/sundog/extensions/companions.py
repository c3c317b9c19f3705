"""Scripts that some libraries' widgets need in their page, from installed Python packages.

A notebook gets such a script with the output of a cell (``bokeh.io.output_notebook``), from a CDN
or as a megabyte of text. A page loads it from the installed package, before the first widget or
figure that needs it.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Source:
    """The scripts for a widget module or MIME type: a folder of a Python package."""

    package: str
    folder: str
    # In the order in which they must run. Scripts that a version does not have are left out.
    scripts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Companion:
    """The installed scripts for a widget module or MIME type."""

    name: str
    folder: Path
    scripts: tuple[str, ...]
    digest: str


# By widget module, or by the MIME type that the scripts draw.
SOURCES: Final[Mapping[str, Source]] = {
    # https://docs.bokeh.org/en/latest/docs/reference/resources.html lists the components.
    "@bokeh/jupyter_bokeh": Source(
        "bokeh",
        "server/static/js",
        (
            "bokeh.min.js",
            "bokeh-gl.min.js",
            "bokeh-widgets.min.js",
            "bokeh-tables.min.js",
            "bokeh-mathjax.min.js",
        ),
    ),
    # Draws figures if plotly's labextension is not installed.
    "application/vnd.plotly.v1+json": Source("plotly", "package_data", ("plotly.min.js",)),
}


def find_companions(sources: Mapping[str, Source] = SOURCES) -> Mapping[str, Companion]:
    """Return the installed scripts by widget module or MIME type. Imports none of the packages."""
    found = {}
    for module, source in sources.items():
        for folder in _folders_of(source.package):
            place = (folder / source.folder).resolve()
            scripts = tuple(name for name in source.scripts if (place / name).is_file())
            if scripts:
                found[module] = Companion(source.package, place, scripts, _digest(place, scripts))
                break
    return found


def _folders_of(package: str) -> Iterable[Path]:
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return ()
    locations = None if spec is None else spec.submodule_search_locations
    return [Path(location) for location in locations or ()]


def _digest(folder: Path, scripts: Iterable[str]) -> str:
    digest = hashlib.blake2b(digest_size=10)
    for name in scripts:
        stat = (folder / name).stat()
        digest.update(repr((name, stat.st_size, stat.st_mtime_ns)).encode())
    return digest.hexdigest()
