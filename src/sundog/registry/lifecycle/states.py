"""The states of kernels and pages, what happens to them, and what follows."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sundog.ids import ConnectionId, PageId


class KernelState(enum.Enum):
    """Where a kernel is in its life."""

    STARTING = "starting"
    ACTIVE = "active"
    ORPHANED = "orphaned"
    CLOSING = "closing"
    CLOSED = "closed"


class PageState(enum.Enum):
    """Where a page is in its life."""

    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class PageRecord:
    """A page, and the connection that speaks for it while it is connected."""

    state: PageState
    connection: ConnectionId | None = None


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """All that decides about a kernel's life. `deadline` is on the clock of `step`'s `now`."""

    state: KernelState = KernelState.STARTING
    pages: Mapping[PageId, PageRecord] = field(default_factory=lambda: MappingProxyType({}))
    deadline: float | None = None


# Events --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Started:
    """The app's first run has ended."""


@dataclass(frozen=True, slots=True)
class PageConnected:
    """A connection was made for a page."""

    page: PageId
    connection: ConnectionId


@dataclass(frozen=True, slots=True)
class SocketDropped:
    """A connection has ended."""

    page: PageId
    connection: ConnectionId


@dataclass(frozen=True, slots=True)
class PageClosed:
    """The close beacon of a page came."""

    page: PageId


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """The reaper says that a deadline is over."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The server stops, or the kernel must make room."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The kernel has let go of everything."""


Event = Started | PageConnected | SocketDropped | PageClosed | DeadlinePassed | Stop | Ended

# Actions -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Close a connection: its page has ended."""

    connection: ConnectionId


@dataclass(frozen=True, slots=True)
class Evict:
    """Close a connection: a newer one speaks for its page."""

    connection: ConnectionId


@dataclass(frozen=True, slots=True)
class Refuse:
    """Do not attach this connection: the page or the kernel has ended."""

    connection: ConnectionId


@dataclass(frozen=True, slots=True)
class ForgetPage:
    """Let go of what is kept for a page."""

    page: PageId


@dataclass(frozen=True, slots=True)
class SetDeadline:
    """Have the reaper send `DeadlinePassed` at a moment; None cancels."""

    at: float | None


@dataclass(frozen=True, slots=True)
class BeginClosing:
    """Close the kernel and its connections."""


@dataclass(frozen=True, slots=True)
class ForgetKernel:
    """Remove the kernel from the registry."""


Action = Dismiss | Evict | Refuse | ForgetPage | SetDeadline | BeginClosing | ForgetKernel
