"""Reads uploaded files while the kernel continues.

Upstream reason: ipyvuetify's `FileInput` requests a file from the browser in pieces, and between
two checks lets ipykernel handle messages. There is no ipykernel here and nothing to do, because the
kernel handles messages while a thread of the app reads.

ipyvuetify is never imported here: the hook waits until the app imports it.
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
    """Change ipyvuetify after its import; return a function that undoes this."""

    def patch(module: ModuleType, replaced: Replaced) -> None:
        replaced.set(module, "process_messages", _let_others_run)

    return after_import({"ipyvuetify.extra.file_input": patch})
