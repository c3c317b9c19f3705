"""What is asked of the renderer of pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sundog.ids import KernelId, PageId
from sundog.protocol.address import Address


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What differs between two pages of one app."""

    kernel_id: KernelId
    page_id: PageId
    root: str
    nonce: str
    place: Address = field(default_factory=Address)
    # The model of the one widget that the page shows; nothing for the whole app.
    widget: str = ""


Render = Callable[[PageRequest], bytes]
