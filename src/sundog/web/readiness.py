"""Whether the server can serve its app now."""

from __future__ import annotations

import enum
from collections.abc import Callable


class ServerState(enum.Enum):
    """The server's state; only `READY` serves the app."""

    STARTING = "starting"
    READY = "ready"
    FAILED = "the app can not run"
    DRAINING = "stopping"


class Readiness:
    """The server's state. Only the server changes it, on its event loop.

    `early` means that pages need not wait for the app, because they show its progress. `on_change`
    is called with whether pages are served.
    """

    def __init__(
        self, *, early: bool = False, on_change: Callable[[bool], None] = lambda serves: None
    ) -> None:
        self._early = early
        self._on_change = on_change
        self.state = ServerState.STARTING

    @property
    def state(self) -> ServerState:
        """The current state."""
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
        """Whether pages are served, including those that show the app's start or failure."""
        early = self._early and self.state is not ServerState.DRAINING
        return early or self.ready
