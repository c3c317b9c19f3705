"""Whether the server can serve its app right now."""

from __future__ import annotations

import enum


class ServerState(enum.Enum):
    """What the server is doing; only `READY` serves the app."""

    STARTING = "starting"
    READY = "ready"
    FAILED = "the app can not run"
    DRAINING = "stopping"


class Readiness:
    """The server's state. Changed by the server only, on its event loop.

    `early` says that pages need not wait for the app: they show how far it is.
    """

    def __init__(self, *, early: bool = False) -> None:
        self.state = ServerState.STARTING
        self._early = early

    @property
    def ready(self) -> bool:
        """Whether pages are served."""
        return self.state is ServerState.READY

    @property
    def serves_pages(self) -> bool:
        """Whether pages are answered: those too that see the app start, or fail."""
        early = self._early and self.state is not ServerState.DRAINING
        return early or self.ready
