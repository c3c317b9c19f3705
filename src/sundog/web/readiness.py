"""Whether the server can serve its app right now."""

from __future__ import annotations

import enum
from collections.abc import Callable


class ServerState(enum.Enum):
    """What the server is doing; only `READY` serves the app."""

    STARTING = "starting"
    READY = "ready"
    FAILED = "the app can not run"
    DRAINING = "stopping"


class Readiness:
    """The server's state. Changed by the server only, on its event loop.

    `early` says that pages need not wait for the app: they show how far it is. `on_change` is told
    whether pages are answered.
    """

    def __init__(
        self, *, early: bool = False, on_change: Callable[[bool], None] = lambda serves: None
    ) -> None:
        self._early = early
        self._on_change = on_change
        self.state = ServerState.STARTING

    @property
    def state(self) -> ServerState:
        """What the server is doing."""
        return self._state

    @state.setter
    def state(self, state: ServerState) -> None:
        self._state = state
        self._on_change(self.serves_pages)

    @property
    def ready(self) -> bool:
        """Whether pages are served."""
        return self.state is ServerState.READY

    @property
    def serves_pages(self) -> bool:
        """Whether pages are answered: those too that see the app start, or fail."""
        early = self._early and self.state is not ServerState.DRAINING
        return early or self.ready
