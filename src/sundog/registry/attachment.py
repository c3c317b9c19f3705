"""What a kernel knows of the sockets of its pages, and how it ends them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from sundog.ids import ConnectionId
from sundog.kernel.kernel import VirtualKernel
from sundog.kernel.page import Page

# Close codes of the WebSocket: the last one is RFC 6455's registry's, the others are our own.
KERNEL_ENDED: Final = 4001
TAKEN_OVER: Final = 4002
SERVER_RESTARTS: Final = 1012


class Connection(Protocol):
    """What the registry needs of a socket."""

    id: ConnectionId

    def end(self, code: int) -> None:
        """Close with a WebSocket close code, soon, without waiting."""
        ...

    def move(self, kernel: VirtualKernel) -> None:
        """Speak for the same page of the kernel that takes the place of the page's own."""
        ...

    def tell(self, kind: str, text: str) -> None:
        """Send a control message soon; of each kind that waits to be sent, the last one only."""
        ...


@dataclass(frozen=True, slots=True)
class Attachment:
    """A connection's place: its kernel and page, and whether the kernel was made for it."""

    kernel: VirtualKernel
    page: Page
    new: bool
