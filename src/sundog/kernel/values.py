"""Named values of a request: they can't be changed, and don't show in logs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import parse_qsl

MAX_QUERY_LENGTH: Final = 4096
MAX_QUERY_VALUES: Final = 100


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


def read_query(text: str) -> Values:
    """Return the values of a URL's query, with or without its ``?``; none where it is too long."""
    if len(text) > MAX_QUERY_LENGTH:
        return Values()
    try:
        pairs = parse_qsl(
            text.removeprefix("?"), keep_blank_values=True, max_num_fields=MAX_QUERY_VALUES
        )
    except ValueError:
        return Values()
    return Values(pairs)
