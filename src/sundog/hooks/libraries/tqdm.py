"""tqdm's bars are widgets in every kernel, and belong to that kernel.

Upstream reasons:

- `tqdm.auto` uses notebook bars only if ipykernel is loaded.
- tqdm keeps all bars of the process in one set: `tqdm.write` hides and shows all of them again,
  including those of other kernels.
- A thread of the process refreshes bars that were not updated for long. It would run in the kernel
  that started it, and keep that kernel alive. It handles only those of the terminal: bars of
  kernels check the clock at every step, and need no such thread.
"""

from __future__ import annotations

import functools
import importlib
import weakref
from collections.abc import Callable, Iterator, MutableSet
from types import ModuleType
from typing import Any

from sundog.hooks.core.after_import import after_import
from sundog.hooks.core.replaced import Replaced
from sundog.kernel import current_kernel
from sundog.scope import scoped

# The position of `miniters` among the arguments of a bar.
_MINITERS = 8


class Bars(MutableSet[Any]):
    """The bars of the running kernel, or outside of any kernel those of the terminal."""

    def __init__(self, outside: MutableSet[Any]) -> None:
        self._outside = outside

    def _own(self) -> MutableSet[Any]:
        kernel = current_kernel()
        return self._outside if kernel is None else kernel.local(Bars, weakref.WeakSet)

    def __contains__(self, bar: object) -> bool:
        return bar in self._own()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._own())

    def __len__(self) -> int:
        return len(self._own())

    def copy(self) -> set[Any]:
        """Return the current bars, for the thread that refreshes them."""
        return set(self._own())

    def add(self, value: Any) -> None:
        """Add a bar."""
        self._own().add(value)

    def discard(self, value: Any) -> None:
        """Remove a bar, if it is there."""
        self._own().discard(value)


def install() -> Callable[[], None]:
    """Wait for tqdm; return a function that undoes all replacements."""

    def share_out(module: ModuleType, replaced: Replaced) -> None:
        bar = vars(module)["tqdm"]
        replaced.set(bar, "_instances", Bars(bar._instances))
        replaced.set(bar, "__init__", _asking_the_clock(bar.__init__))
        replaced.set(module, "TMonitor", _outside_of_kernels(vars(module)["TMonitor"]))

    def make_timely(module: ModuleType, replaced: Replaced) -> None:
        bar = vars(module)["tqdm_notebook"]
        replaced.set(bar, "monitor_interval", 0)
        replaced.set(bar, "__new__", _in_kernels_only(bar.__new__))

    def prefer_widgets(module: ModuleType, replaced: Replaced) -> None:
        notebook = importlib.import_module("tqdm.notebook")
        replaced.set(module, "tqdm", notebook.tqdm)
        replaced.set(module, "trange", notebook.trange)

    return after_import(
        {
            "tqdm.std": share_out,
            "tqdm.notebook": make_timely,
            "tqdm.autonotebook": prefer_widgets,
        }
    )


def _asking_the_clock(init: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(init)
    def init_bar(self: Any, *args: Any, **kwargs: Any) -> None:
        told = len(args) > _MINITERS or kwargs.get("miniters") is not None
        if not told and current_kernel() is not None:
            kwargs["miniters"] = 1
        init(self, *args, **kwargs)

    return init_bar


def _outside_of_kernels(make: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(make, updated=())
    def make_outside(*args: Any, **kwargs: Any) -> Any:
        with scoped(None):
            return make(*args, **kwargs)

    return make_outside


def _in_kernels_only(new: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(new)
    def new_bar(cls: type, *args: Any, **kwargs: Any) -> Any:
        if current_kernel() is not None:
            return new(cls, *args, **kwargs)
        # No page would show it, because it is a line in the terminal.
        return importlib.import_module("tqdm.asyncio").tqdm_asyncio(*args, **kwargs)

    return new_bar
