"""Loads an app and runs it once, so that it can be served."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sundog.app.host import Host
    from sundog.app.program import Program

StartProgram = Callable[["Host"], "Program"]


def starter(app: str, arguments: Sequence[str], *, development: bool) -> StartProgram:
    """Return what loads an app and runs it once in throw-away kernels."""

    def start(host: Host) -> Program:
        # Importing what runs apps takes most of the time until the app can run.
        from sundog.app.opener import Opener
        from sundog.solara.library import SolaraLibrary

        return Opener(host, SolaraLibrary(), arguments, development).open(app)

    return start
