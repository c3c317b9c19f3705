"""A dict that each kernel may change for itself.

Libraries keep tables in process-wide dicts: formatters by type, magics by name. Changes outside of
any kernel apply to all. Changes in a kernel are seen only by that kernel, and end with it.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

from sundog.kernel import current_kernel

_DELETED = object()


class Overlays:
    """A kernel's changes to the shared dicts, by dict."""

    __slots__ = ("by_dict",)

    def __init__(self) -> None:
        self.by_dict: dict[int, dict[Any, Any]] = {}


# Typed loosely, because a mapping that is also a dict has two of each method.
_Base: Any = (MutableMapping, dict)


class KernelDict(*_Base):  # type: ignore[misc]
    """The shared content is the dict itself; the kernel stores what differs in it.

    It is a real `dict` because libraries check for one. It is meant for tables that live as long as
    the process: its identity is its key.
    """

    def _own(self) -> dict[Any, Any] | None:
        """Return the running kernel's changes, or None."""
        kernel = current_kernel()
        if kernel is None:
            return None
        return kernel.local(Overlays, Overlays).by_dict.get(id(self))

    def __getitem__(self, key: Any) -> Any:
        own = self._own()
        if own is not None and key in own:
            value = own[key]
            if value is _DELETED:
                raise KeyError(key)
            return value
        return dict.__getitem__(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        kernel = current_kernel()
        if kernel is None:
            dict.__setitem__(self, key, value)
        else:
            kernel.local(Overlays, Overlays).by_dict.setdefault(id(self), {})[key] = value

    def __delitem__(self, key: Any) -> None:
        if current_kernel() is None:
            dict.__delitem__(self, key)
            return
        if key not in self:
            raise KeyError(key)
        self[key] = _DELETED

    def __contains__(self, key: object) -> bool:
        own = self._own()
        if own is not None and key in own:
            return own[key] is not _DELETED
        return dict.__contains__(self, key)

    def __iter__(self) -> Iterator[Any]:
        own = self._own() or {}
        shared: list[Any] = list(dict.__iter__(self))
        yield from [key for key in shared if key not in own]
        yield from [key for key, value in own.items() if value is not _DELETED]

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def copy(self) -> dict[Any, Any]:
        """Return a plain dict of what the running kernel sees."""
        return dict(self.items())
