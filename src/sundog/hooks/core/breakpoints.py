"""``breakpoint()`` opens the debugger only where a developer can use it.

Upstream reason: the debugger reads from the process's terminal, and the thread waits for it. While
developing in a terminal that is what is wanted; in production, or without a terminal, nobody could
ever continue it.
"""

from __future__ import annotations

import os
import pdb
import sys
from collections.abc import Callable
from typing import Any

from sundog.hooks.core.replaced import Replaced
from sundog.kernel.current import current_kernel


def install() -> Callable[[], None]:
    """Replace `sys.breakpointhook`; return what restores it."""
    replaced = Replaced()
    replaced.set(sys, "breakpointhook", _hook(sys.breakpointhook))
    return replaced.close


def _hook(original: Callable[..., Any]) -> Callable[..., Any]:
    # An editor's debugger has a hook of its own, and needs no terminal.
    is_own = original is sys.__breakpointhook__ and "PYTHONBREAKPOINT" not in os.environ

    def breakpointhook(*arguments: Any, **keywords: Any) -> Any:
        kernel = current_kernel()
        if kernel is None:
            return original(*arguments, **keywords)
        if not kernel.development:
            raise RuntimeError(
                "breakpoint() can't be used in production: nobody could continue the app."
            )
        if not is_own:
            return original(*arguments, **keywords)
        if sys.__stdin__ is None or not sys.__stdin__.isatty():
            raise RuntimeError(
                "breakpoint() needs a terminal, and this server has none. Start it in a terminal, "
                "or use the debugger of an editor."
            )
        # The streams that code finds belong to the kernel.
        debugger = pdb.Pdb(stdin=sys.__stdin__, stdout=sys.__stdout__, nosigint=True)
        debugger.set_trace(sys._getframe(1))
        return None

    return breakpointhook
