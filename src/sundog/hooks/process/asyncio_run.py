"""`asyncio.run` works in a kernel, whose loop runs already.

Upstream reason: `asyncio.run` refuses to run inside of a running loop, which notebooks get around
by `nest_asyncio`. That replaces asyncio's tasks for the whole process, the server's too; here a
kernel's loop can run inside of itself, so there is nothing to replace.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from types import ModuleType
from typing import Any

from sundog.hooks.core.after_import import after_import
from sundog.hooks.core.replaced import Replaced
from sundog.scope import current_scope


def install() -> Callable[[], None]:
    """Replace `asyncio.run`, and wait for nest_asyncio; return what restores both."""
    replaced = Replaced()
    replaced.set(asyncio, "run", _run_nested(asyncio.run))
    replaced.callback(
        after_import({"nest_asyncio": _apply_nothing, "nest_asyncio2": _apply_nothing})
    )
    return replaced.close


def _run_nested(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def run(main: Coroutine[Any, Any, Any], **options: Any) -> Any:
        loop = asyncio._get_running_loop()
        if current_scope() is None or loop is None or not asyncio.iscoroutine(main):
            return original(main, **options)
        return loop.run_until_complete(main)

    return run


def _apply_nothing(module: ModuleType, replaced: Replaced) -> None:
    def apply(loop: asyncio.AbstractEventLoop | None = None, **_: Any) -> None:
        """Do nothing: a kernel's loop can run inside of itself."""

    replaced.set(module, "apply", apply)
