"""Files that a browser uploads are read while the kernel goes on.

Upstream reason: ipyvuetify's `FileInput` asks the browser for a file piece by piece, and between
two looks for a piece has ipykernel handle what has come. There is no ipykernel here, and nothing to
do: the kernel handles messages by itself while a thread of the app's reads.

ipyvuetify is never imported from here: the hook waits until the app does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import ModuleType

from sundog.hooks.core.after_import import after_import
from sundog.hooks.core.replaced import Replaced


async def _let_others_run() -> None:
    await asyncio.sleep(0)


def install() -> Callable[[], None]:
    """Change ipyvuetify once it is there; return what takes it back."""

    def patch(module: ModuleType, replaced: Replaced) -> None:
        replaced.set(module, "process_messages", _let_others_run)

    return after_import({"ipyvuetify.extra.file_input": patch})
