"""Immutable named values of a request, whose repr shows no values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import parse_qsl

MAX_QUERY_LENGTH: Final = 4096
MAX_QUERY_VALUES: Final = 100


class Values(Mapping[str, str]):
    """Immutable named values, such as cookies or query values. A name may have several values.

    As a mapping, it has each name's first value, in order of first appearance. `all` returns all
    values of a name.

    Example::

        request.query["page"]  # the first value, or KeyError
        request.query.get("page", "1")
        request.query.all("tag")  # all values, as a tuple
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
        # Values may be secrets, and a repr may end up in logs.
        return f"<{type(self).__name__}: {', '.join(map(repr, self._items)) or 'none'}>"

    def all(self, name: str) -> tuple[str, ...]:
        """Return all values of a name, or an empty tuple."""
        return self._items.get(self._key(name), ())

    @staticmethod
    def _key(name: str) -> str:
        return name


class Headers(Values):
    """HTTP headers, with case-insensitive names."""

    __slots__ = ()

    @staticmethod
    def _key(name: str) -> str:
        return name.lower()


def read_query(text: str) -> Values:
    """Return the values of a URL's query, with or without its ``?``; none if it is too long."""
    if len(text) > MAX_QUERY_LENGTH:
        return Values()
    try:
        pairs = parse_qsl(
            text.removeprefix("?"), keep_blank_values=True, max_num_fields=MAX_QUERY_VALUES
        )
    except ValueError:
        return Values()
    return Values(pairs)
