"""Loads an app and runs it once, so that it can be served."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sundog.app.host import Host
    from sundog.server.worker import Program, StartProgram


def starter(app: str, arguments: Sequence[str], *, development: bool) -> StartProgram:
    """Return what loads an app and runs it once in a throw-away kernel."""

    def start(host: Host) -> Program:
        # Importing what runs apps takes most of the time until the app can run.
        from sundog.app.loader import load
        from sundog.app.runner import Runner

        runner = Runner(load(app), arguments, development)
        runner.warm_up(host.throw_away_kernel())
        return runner

    return start
