"""The table of widgets by id, as ipywidgets uses it."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

from sundog.kernel import current_kernel


class KernelInstances(MutableMapping[str, Any]):
    """The widgets of the running kernel, or outside of any kernel those created at import."""

    def __init__(self) -> None:
        self._shared: dict[str, Any] = {}

    def _table(self) -> dict[str, Any]:
        kernel = current_kernel()
        return self._shared if kernel is None else kernel.widgets

    def __getitem__(self, key: str) -> Any:
        return self._table()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._table()[key] = value

    def __delitem__(self, key: str) -> None:
        del self._table()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._table()))

    def __len__(self) -> int:
        return len(self._table())

    def __contains__(self, key: object) -> bool:
        return key in self._table()
