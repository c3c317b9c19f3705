"""Finds objects in shared results whose classes differ from the caller's."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Mapping
from typing import Any, Final

MAX_DEPTH: Final = 3
MAX_ITEMS: Final = 50


def foreign_class(result: Any, namespace: Mapping[str, Any]) -> type | None:
    """Return a class of an object in a result if the namespace has another class of its name.

    Containers, dataclasses and plain objects are searched `MAX_DEPTH` levels deep, and `MAX_ITEMS`
    items of each.
    """
    own = namespace.get("__name__")
    return None if own is None else _search(result, namespace, own, MAX_DEPTH)


def _search(value: Any, namespace: Mapping[str, Any], own: str, depth: int) -> type | None:
    kind = type(value)
    if kind.__module__ == own:
        here = namespace.get(kind.__qualname__)
        if isinstance(here, type) and here is not kind:
            return kind
    if depth:
        for each in itertools.islice(_parts(value), MAX_ITEMS):
            found = _search(each, namespace, own, depth - 1)
            if found is not None:
                return found
    return None


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return itertools.chain(value.keys(), value.values())
    if isinstance(value, (list, tuple, set, frozenset)):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name, None) for field in dataclasses.fields(value)]
    return ()
