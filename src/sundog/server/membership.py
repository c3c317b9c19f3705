"""What makes a server one of several workers that share an address."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sundog.registry.capacity import Share, WholeShare
from sundog.scheduler.driver import DriveObserver
from sundog.web.placement import Placement, SingleWorker

Adopt = Callable[[socket.socket, bytes], None]


class ConnectionSource(Protocol):
    """Where connections come from that another worker has accepted. Used on the event loop."""

    def open(self, adopt: Adopt) -> None:
        """Pass connections, and what has been read of each, to `adopt` from now on."""
        ...

    def close(self) -> None:
        """Take no more connections."""
        ...


def _ignore(*args: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Membership:
    """The place of one server process among its workers; the defaults are those of a single one.

    - `count`: how many workers there are.
    - `placement`: which worker sessions and kernels belong to.
    - `kernels`, `connections`: this worker's share of what is bounded for all of them.
    - `set_serving`: called with whether this worker answers pages now.
    - `http_protocol`: makes the protocol of an accepted connection; None for the usual one.
    - `source`: where connections come from besides the listening sockets.
    - `on_loop`: called on the event loop before anything else, with what stops the server.
    - `on_drive`: notes which thread runs which kernel.
    - `late`: whether to accept connections only once the app has run, as others serve meanwhile.
    """

    sockets: Sequence[socket.socket]
    count: int = 1
    placement: Placement = field(default_factory=SingleWorker)
    kernels: Share = field(default_factory=WholeShare)
    connections: Share = field(default_factory=WholeShare)
    set_serving: Callable[[bool], None] = _ignore
    http_protocol: Callable[..., Any] | None = None
    source: ConnectionSource | None = None
    on_loop: Callable[[Callable[[], None]], None] = _ignore
    on_drive: DriveObserver | None = None
    late: bool = False
