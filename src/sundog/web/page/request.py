"""The request to render a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sundog.ids import KernelId, PageId
from sundog.protocol import Address


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Everything that differs between two pages of an app."""

    kernel_id: KernelId
    page_id: PageId
    root: str
    nonce: str
    place: Address = field(default_factory=Address)
    # The model of the only widget that the page shows, or an empty string for the whole app.
    widget: str = ""
    # Proves that the page is of its session, where the browser has no cookie for it.
    token: str = ""


Render = Callable[[PageRequest], bytes]
