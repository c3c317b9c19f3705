"""The functions that apps call: the kernel, the session, the request, the location."""

from __future__ import annotations

from sundog.kernel import Location, Request, require_kernel
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
    """Return the id of the virtual kernel that this code runs in.

    Every open page has its own kernel.

    Raises:
        NoKernelError: The code runs outside of a kernel.
    """
    return require_kernel().id


def get_session_id() -> str:
    """Return the id of the browser's session.

    All pages of a browser have the same id, and it stays the same after a reload.

    Raises:
        NoKernelError: The code runs outside of a kernel.
    """
    return require_kernel().session_id


def get_request() -> Request:
    """Return the request of the kernel's first page: cookies, headers, query, address and user.

    The request never changes, and does not contain the session's cookie. The client's address and
    the user are reliable only if ``SUNDOG_FORWARDED_ALLOW_IPS`` lists your proxies. The user comes
    from the header named by ``SUNDOG_USER_HEADER``.

    Example::

        request = sundog.get_request()
        year = int(request.query.get("year", "2026"))
        label.value = f"Hello {request.user or 'stranger'}"

    Raises:
        NoKernelError: The code runs outside of a kernel.
    """
    return require_kernel().request


def get_location() -> Location:
    """Return the location of the kernel's pages, which can be observed and changed.

    Example::

        location = sundog.get_location()
        location.observe(lambda address: print("now at", address.path))

    Raises:
        NoKernelError: The code runs outside of a kernel.
    """
    return require_kernel().location


def navigate(url: str, *, replace: bool = False) -> None:
    """Move the kernel's pages to another address of the app, or to another site.

    Example::

        sundog.navigate("/compare")  # an address of the app
        sundog.navigate("?year=2026", replace=True)  # without a new history entry
        sundog.navigate("https://example.org")  # another site

    Args:
        url: ``/path?query#fragment`` below the app's root, an address relative to the current one,
            or the full ``http:`` or ``https:`` URL of another site.
        replace: Replace the current entry in the browser's history instead of adding one.

    Raises:
        ValueError: The URL is not such an address, or too long.
        NoKernelError: The code runs outside of a kernel.
    """
    require_kernel().location.navigate(url, replace=replace)


def set_title(title: str) -> None:
    """Set the title of the kernel's pages, as their browser tabs show it.

    Args:
        title: The title. Only the first 500 characters are used.

    Raises:
        NoKernelError: The code runs outside of a kernel.
    """
    require_kernel().location.set_title(title)
