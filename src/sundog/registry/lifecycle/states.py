"""The states of kernels and pages, the events, and the actions."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sundog.ids import ConnectionId, PageId


class KernelState(enum.Enum):
    """The state of a kernel."""

    STARTING = "starting"
    ACTIVE = "active"
    ORPHANED = "orphaned"
    CLOSING = "closing"
    CLOSED = "closed"


class PageState(enum.Enum):
    """The state of a page."""

    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class PageRecord:
    """A page, and the connection that serves it, if any."""

    state: PageState
    connection: ConnectionId | None = None


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The complete state of a kernel's life. `deadline` is on the clock of `step`'s `now`."""

    state: KernelState = KernelState.STARTING
    pages: Mapping[PageId, PageRecord] = field(default_factory=lambda: MappingProxyType({}))
    deadline: float | None = None


# Events --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Started:
    """The app has run to its end in this kernel."""


@dataclass(frozen=True, slots=True)
class PageConnected:
    """A connection was opened for a page."""

    page: PageId
    connection: ConnectionId


@dataclass(frozen=True, slots=True)
class SocketDropped:
    """A connection has ended."""

    page: PageId
    connection: ConnectionId


@dataclass(frozen=True, slots=True)
class PageClosed:
    """The close beacon of a page arrived."""

    page: PageId


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """The reaper reports that a deadline has passed."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The server stops, or the kernel must free its memory."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The kernel has released everything."""


Event = Started | PageConnected | SocketDropped | PageClosed | DeadlinePassed | Stop | Ended

# Actions -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Close a connection, because its page has ended."""

    connection: ConnectionId


@dataclass(frozen=True, slots=True)
class Evict:
    """Close a connection, because a newer one serves its page."""

    connection: ConnectionId


@dataclass(frozen=True, slots=True)
class Refuse:
    """Do not attach this connection, because the page or the kernel has ended."""

    connection: ConnectionId


@dataclass(frozen=True, slots=True)
class ForgetPage:
    """Release the data of a page."""

    page: PageId


@dataclass(frozen=True, slots=True)
class SetDeadline:
    """Let the reaper send `DeadlinePassed` at a time; None cancels."""

    at: float | None


@dataclass(frozen=True, slots=True)
class BeginClosing:
    """Close the kernel and its connections."""


@dataclass(frozen=True, slots=True)
class ForgetKernel:
    """Remove the kernel from the registry."""


Action = Dismiss | Evict | Refuse | ForgetPage | SetDeadline | BeginClosing | ForgetKernel
