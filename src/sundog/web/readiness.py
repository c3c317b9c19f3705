"""Whether the server can serve its app right now."""

from __future__ import annotations

import enum


class ServerState(enum.Enum):
    """What the server is doing; only `READY` serves pages."""

    STARTING = "starting"
    READY = "ready"
    FAILED = "the app can not run"
    DRAINING = "stopping"


class Readiness:
    """The server's state. Changed by the server only, on its event loop."""

    def __init__(self) -> None:
        self.state = ServerState.STARTING

    @property
    def ready(self) -> bool:
        """Whether pages are served."""
        return self.state is ServerState.READY
