"""plotly displays figures as data, which the page draws.

Upstream reason: plotly checks its environment at import, and recognises a notebook by ipykernel's
shell. Elsewhere it also displays a script of five megabytes, once per process, so the first page
would get it and all others would not.

plotly is never imported here: the hook waits until the app imports it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from types import ModuleType
from typing import Final

from sundog.hooks.core.after_import import after_import
from sundog.hooks.core.replaced import Replaced

# plotly's own way to display figures as data.
_RENDERER: Final = "plotly_mimetype"
# The variable with which a user chooses another one.
_CHOICE: Final = "PLOTLY_RENDERER"


def install() -> Callable[[], None]:
    """Choose plotly's renderer after its import; return a function that undoes this."""

    def display_as_data(module: ModuleType, replaced: Replaced) -> None:
        if os.environ.get(_CHOICE):
            return
        renderers = module.renderers
        replaced.callback(setattr, renderers, "default", renderers.default)
        renderers.default = _RENDERER

    return after_import({"plotly.io._renderers": display_as_data})
