"""What an app may know of the browser that it runs for."""

from __future__ import annotations

from dataclasses import dataclass, field

from sundog.kernel.values import Headers, Values
from sundog.protocol.address import Address


@dataclass(frozen=True, slots=True)
class Request:
    """The request that a kernel was made for: the first of its pages.

    `place` is where that page was, below the app's root, and `query` holds the values of its query.
    `client` is the browser's address and `user` who it was authenticated as, both as far as trusted
    proxies tell; `scheme` is http or https. The session's cookie is not among the cookies and
    headers.
    """

    cookies: Values = field(default_factory=Values)
    headers: Headers = field(default_factory=Headers)
    query: Values = field(default_factory=Values)
    place: Address = field(default_factory=Address)
    client: str | None = None
    user: str | None = None
    scheme: str = "http"
    host: str = ""


NO_REQUEST = Request()
