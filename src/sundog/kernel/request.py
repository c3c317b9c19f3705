"""What an app may know of the browser that it runs for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field


class Values(Mapping[str, str]):
    """Named values that can't be changed; a name that stands several times has several.

    As a mapping it shows each name's first value, in the order of the names' first appearance.
    """

    __slots__ = ("_items",)

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        items: dict[str, tuple[str, ...]] = {}
        for name, value in pairs:
            name = self._key(name)
            items[name] = (*items.get(name, ()), value)
        self._items = items

    def __getitem__(self, name: str) -> str:
        return self._items[self._key(name)][0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        # Values may be secrets, and what is shown ends up in logs.
        return f"<{type(self).__name__}: {', '.join(map(repr, self._items)) or 'none'}>"

    def all(self, name: str) -> tuple[str, ...]:
        """Return all values of a name, none if it does not stand there."""
        return self._items.get(self._key(name), ())

    @staticmethod
    def _key(name: str) -> str:
        return name


class Headers(Values):
    """HTTP headers, whose names are the same in any case."""

    __slots__ = ()

    @staticmethod
    def _key(name: str) -> str:
        return name.lower()


@dataclass(frozen=True, slots=True)
class Request:
    """The request that a kernel was made for: the first of its pages.

    `client` is the browser's address and `user` who it was authenticated as, both as far as
    trusted proxies tell; `query` is that of the page's address; `scheme` is http or https. The
    session's cookie is not among the cookies and headers.
    """

    cookies: Values = field(default_factory=Values)
    headers: Headers = field(default_factory=Headers)
    query: Values = field(default_factory=Values)
    client: str | None = None
    user: str | None = None
    scheme: str = "http"
    host: str = ""


NO_REQUEST = Request()
