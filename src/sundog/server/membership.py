"""The membership of a server among several workers that share an address."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sundog.registry import Share, WholeShare
from sundog.scheduler import DriveObserver
from sundog.web.placement import Placement, SingleWorker

Adopt = Callable[[socket.socket, bytes], None]


class ConnectionSource(Protocol):
    """The source of connections that another worker has accepted. Used on the event loop."""

    def open(self, adopt: Adopt) -> None:
        """Pass connections, and the bytes read from each, to `adopt` from now on."""
        ...

    def close(self) -> None:
        """Stop receiving connections."""
        ...


def _ignore(*args: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Membership:
    """A server process among its workers. The defaults are those of a single process.

    - `count`: the number of workers.
    - `placement`: assigns sessions and kernels to workers.
    - `kernels`, `connections`: this worker's share of limits for all workers.
    - `set_serving`: called with whether this worker accepts pages now.
    - `http_protocol`: creates the protocol of an accepted connection; None for the default.
    - `source`: a source of connections besides the listening sockets.
    - `on_loop`: called first on the event loop, with a function that stops the server.
    - `on_drive`: records which thread runs which kernel.
    - `late`: whether to accept connections only once the app has run, because other workers serve.
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
