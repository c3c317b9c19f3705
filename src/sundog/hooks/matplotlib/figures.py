"""Each kernel's state of matplotlib: its figures, settings and backend."""

from __future__ import annotations

import contextlib
import functools
from collections import OrderedDict
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from sundog.kernel import current_kernel


class FigureState:
    """One kernel's state; there is another one for code outside of kernels."""

    __slots__ = ("backend", "draw_called", "figures", "formats_of", "inline", "to_draw")

    def __init__(self) -> None:
        self.figures: OrderedDict[Any, Any] = OrderedDict()
        self.to_draw: list[Any] = []
        self.draw_called = False
        # pyplot's object for the backend that the kernel switched to, or None for the shared one.
        self.backend: Any = None
        self.inline: Any = None
        self.formats_of = "unset"


class States:
    """Finds the running kernel's state."""

    def __init__(self, close: Callable[[], None]) -> None:
        self.shared = FigureState()
        self._close = close

    def current(self) -> FigureState:
        """Return the running kernel's state."""
        kernel = current_kernel()
        if kernel is None:
            return self.shared

        def make() -> FigureState:
            kernel.on_close(self._close)
            return FigureState()

        return kernel.local(FigureState, make)


class KernelFigures(MutableMapping[Any, Any]):
    """pyplot's figure managers by number: the running kernel's, the active one last."""

    def __init__(self, states: States) -> None:
        self._states = states

    @property
    def own(self) -> OrderedDict[Any, Any]:
        """The running kernel's."""
        return self._states.current().figures

    def __getitem__(self, number: Any) -> Any:
        return self.own[number]

    def __setitem__(self, number: Any, manager: Any) -> None:
        self.own[number] = manager

    def __delitem__(self, number: Any) -> None:
        del self.own[number]

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self.own))

    def __len__(self) -> int:
        return len(self.own)

    def values(self) -> Any:
        """Return a view of the managers."""
        return self.own.values()

    def items(self) -> Any:
        """Return a view of numbers and managers."""
        return self.own.items()

    def move_to_end(self, number: Any, last: bool = True) -> None:
        """Make a manager the active one."""
        self.own.move_to_end(number, last)


class _RcKey:
    """Names the settings among a kernel's values."""


def kernel_rc_class(original: Any) -> Any:
    """Return the class of rcParams whose values a kernel may change for itself.

    Values set outside of any kernel, as during imports, are shared.
    """

    class KernelRcParams(original):  # type: ignore[misc]
        def _set(self, key: str, value: Any) -> None:
            own = _own_settings()
            if own is None:
                dict.__setitem__(self, key, value)
            else:
                own[key] = value

        def _get(self, key: str) -> Any:
            own = _own_settings()
            if own and key in own:
                return own[key]
            return dict.__getitem__(self, key)

        def _update_raw(self, other_params: Any) -> None:
            if isinstance(other_params, KernelRcParams):
                other_params = other_params.copy()
            params = dict(
                dict.items(other_params) if isinstance(other_params, original) else other_params
            )
            own = _own_settings()
            if own is None:
                dict.update(self, params)
                return
            for key, value in params.items():
                # A block that restores all settings must not make all of them the kernel's own.
                if key in self and dict.__getitem__(self, key) is value:
                    own.pop(key, None)
                else:
                    own[key] = value

        def __contains__(self, key: object) -> bool:
            return dict.__contains__(self, key)

        def copy(self) -> Any:
            copied = original()
            for key in self:
                copied._set(key, self._get(key))
            return copied

        def find_all(self, pattern: str) -> Any:
            return self.copy().find_all(pattern)

        def __reduce_ex__(self, protocol: Any) -> Any:
            copied = self.copy()
            values = [(key, copied._get(key)) for key in copied]
            return original, (), None, None, iter(values)

    KernelRcParams.__name__ = KernelRcParams.__qualname__ = original.__name__
    KernelRcParams.__module__ = original.__module__
    return KernelRcParams


def kernel_rc_context(module: Any) -> Any:
    """Return `rc_context` for matplotlib before 3.10, whose own restores the shared settings."""

    @functools.wraps(module.rc_context)
    @contextlib.contextmanager
    def rc_context(rc: Any = None, fname: Any = None) -> Iterator[None]:
        params = module.rcParams
        former = dict(params.copy())
        del former["backend"]
        try:
            if fname:
                module.rc_file(fname)
            if rc:
                params.update(rc)
            yield
        finally:
            params._update_raw(former)

    return rc_context


def _own_settings() -> dict[str, Any] | None:
    kernel = current_kernel()
    if kernel is None:
        return None
    own: dict[str, Any] = kernel.local(_RcKey, dict)
    return own
