"""Loads an app and runs it once, so that it can be served."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sundog.app import Program
    from sundog.app.host import Host

StartProgram = Callable[["Host"], "Program"]


def starter(app: str, arguments: Sequence[str], *, development: bool) -> StartProgram:
    """Return a function that loads an app and runs it once in throw-away kernels.

    In development, a notebook that fails at the first start is served up to the failing cell,
    because there is no previous version to keep.
    """
    # A notebook changes the working directory, and is loaded again there.
    spec = _absolute(app)
    first = itertools.count()

    def start(host: Host) -> Program:
        # Importing the code that runs apps takes most of the start time.
        from sundog.app.opener import Opener
        from sundog.solara.library import SolaraLibrary

        keeps_failed = development and next(first) == 0
        opener = Opener(host, SolaraLibrary(), arguments, development, keeps_failed)
        return opener.open(spec)

    return start


def _absolute(app: str) -> str:
    """Return an app's spec with an absolute path, if it is an existing notebook."""
    file, suffix, rest = app.rpartition(".ipynb")
    path = Path(file + suffix).expanduser()
    return f"{path.resolve()}{rest}" if suffix and path.is_file() else app
