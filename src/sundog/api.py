"""What apps ask Sundog."""

from __future__ import annotations

from sundog.kernel.current import require_kernel
from sundog.kernel.location import Location
from sundog.kernel.request import Request
from sundog.store.current import session, session_for

__all__ = [
    "Location",
    "Request",
    "get_kernel_id",
    "get_location",
    "get_request",
    "get_session_id",
    "navigate",
    "session",
    "session_for",
    "set_title",
]


def get_kernel_id() -> str:
    """Return the id of the virtual kernel that this code runs in: one per open page.

    Raises `sundog.errors.NoKernelError` outside of a kernel.
    """
    return require_kernel().id


def get_session_id() -> str:
    """Return the id of the browser's session, the same for all its pages and over refreshes.

    Raises `sundog.errors.NoKernelError` outside of a kernel.
    """
    return require_kernel().session_id


def get_request() -> Request:
    """Return what is known of the request that this kernel was made for: its first page's.

    Cookies (without the session's own), headers, the query of the page's address, the browser's
    address and the user. It never changes. The address and the user are as good as the proxies in
    ``SUNDOG_FORWARDED_ALLOW_IPS``; the user comes from the header that ``SUNDOG_USER_HEADER``
    names, and from those proxies only.

    Raises `sundog.errors.NoKernelError` outside of a kernel.
    """
    return require_kernel().request


def get_location() -> Location:
    """Return where this kernel's pages are in the app, which can be observed and changed.

    Raises `sundog.errors.NoKernelError` outside of a kernel.
    """
    return require_kernel().location


def navigate(url: str, *, replace: bool = False) -> None:
    """Take this kernel's pages to another place in the app, or to another site.

    `url` is ``/path?query#fragment`` from the app's root, the same relative to the present place,
    or another site's whole address. With `replace`, going back does not lead to the present place.

    Raises `ValueError` for what is no such address, and `sundog.errors.NoKernelError` outside of a
    kernel.
    """
    require_kernel().location.navigate(url, replace=replace)


def set_title(title: str) -> None:
    """Name this kernel's pages, in their tabs.

    Raises `sundog.errors.NoKernelError` outside of a kernel.
    """
    require_kernel().location.set_title(title)
