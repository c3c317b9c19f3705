"""tqdm's bars are widgets wherever a kernel shows them, and belong to that kernel.

Upstream reasons:

- `tqdm.auto` takes the notebook's bars only where ipykernel is loaded.
- tqdm keeps all bars of the process in one set: what writes between bars (`tqdm.write`) takes each
  of them away and shows it again, those of other kernels too.
- A thread of the process refreshes bars that have not been looked at for long; it would do so in
  the kernel that happened to start it, and keep that. It sees to those of the terminal only: the
  bars of kernels ask the clock at every step, and need no such thread.
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
from sundog.kernel.current import current_kernel
from sundog.scope import scoped

# Where `miniters` stands among the arguments of a bar.
_MINITERS = 8


class Bars(MutableSet[Any]):
    """The bars of the running kernel; outside of any kernel, those of the terminal."""

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
        """Return the bars of now, as the thread that refreshes them asks for."""
        return set(self._own())

    def add(self, value: Any) -> None:
        """Add a bar."""
        self._own().add(value)

    def discard(self, value: Any) -> None:
        """Remove a bar, if it is there."""
        self._own().discard(value)


def install() -> Callable[[], None]:
    """Wait for tqdm; return what undoes whatever has been replaced by then."""

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
        # No page would show it: it is a line in the terminal.
        return importlib.import_module("tqdm.asyncio").tqdm_asyncio(*args, **kwargs)

    return new_bar
