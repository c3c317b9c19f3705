"""``breakpoint()`` opens the debugger only if a developer can use it.

Upstream reason: the debugger reads from the process's terminal, and the thread waits for it. In
development in a terminal, this is wanted. In production, or without a terminal, nobody could
continue it.
"""

from __future__ import annotations

import os
import pdb
import sys
from collections.abc import Callable
from typing import Any

from sundog.hooks.core.replaced import Replaced
from sundog.kernel import current_kernel


def install() -> Callable[[], None]:
    """Replace `sys.breakpointhook`; return what restores it."""
    replaced = Replaced()
    replaced.set(sys, "breakpointhook", _hook(sys.breakpointhook))
    return replaced.close


def _hook(original: Callable[..., Any]) -> Callable[..., Any]:
    # An editor's debugger has its own hook and needs no terminal.
    is_own = original is sys.__breakpointhook__ and "PYTHONBREAKPOINT" not in os.environ

    def breakpointhook(*arguments: Any, **keywords: Any) -> Any:
        kernel = current_kernel()
        if kernel is None:
            return original(*arguments, **keywords)
        if not kernel.development:
            raise RuntimeError(
                "breakpoint() can't be used in production, where no debugger can continue the app."
            )
        if not is_own:
            return original(*arguments, **keywords)
        if sys.__stdin__ is None or not sys.__stdin__.isatty():
            raise RuntimeError(
                "breakpoint() needs a terminal, and this server has none. Start it in a terminal, "
                "or use the debugger of an editor."
            )
        # The streams that code sees belong to the kernel.
        debugger = pdb.Pdb(stdin=sys.__stdin__, stdout=sys.__stdout__, nosigint=True)
        debugger.set_trace(sys._getframe(1))
        return None

    return breakpointhook
