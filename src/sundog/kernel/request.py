"""The request of a kernel's first page, for apps to read."""

from __future__ import annotations

from dataclasses import dataclass, field

from sundog.kernel.values import Headers, Values
from sundog.protocol import Address


@dataclass(frozen=True, slots=True)
class Request:
    """The request of a kernel's first page.

    Attributes:
        cookies: The cookies, without the session's own.
        headers: The headers, without the session's cookie.
        query: The values of the page's query.
        place: The page's address below the app's root.
        client: The browser's address, as reported by trusted proxies.
        user: The authenticated user, as reported by trusted proxies.
        scheme: ``http`` or ``https``.
        host: The host name and port that the browser used.
        root_path: The URL path below which the server is reached, without a slash at its end.
    """

    cookies: Values = field(default_factory=Values)
    headers: Headers = field(default_factory=Headers)
    query: Values = field(default_factory=Values)
    place: Address = field(default_factory=Address)
    client: str | None = None
    user: str | None = None
    scheme: str = "http"
    host: str = ""
    root_path: str = ""


NO_REQUEST = Request()
