"""The sockets of a kernel's pages, as the kernel sees and closes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from sundog.ids import ConnectionId
from sundog.kernel import Page, VirtualKernel

# WebSocket close codes: the last one is from RFC 6455, the others are our own.
KERNEL_ENDED: Final = 4001
TAKEN_OVER: Final = 4002
SERVER_RESTARTS: Final = 1012


class Connection(Protocol):
    """The interface of a socket for the registry."""

    id: ConnectionId

    def end(self, code: int) -> None:
        """Close with a WebSocket close code, soon, without waiting."""
        ...

    def move(self, kernel: VirtualKernel) -> None:
        """Serve the same page of the kernel that replaces the page's own."""
        ...

    def tell(self, kind: str, text: str) -> None:
        """Send a control message soon. Only the last pending message of a kind is sent."""
        ...


@dataclass(frozen=True, slots=True)
class Attachment:
    """A connection's kernel and page, and whether the kernel was created for it."""

    kernel: VirtualKernel
    page: Page
    new: bool
