"""plotly displays figures as data, which the page draws.

Upstream reason: plotly looks at where it runs when it is imported, and knows a notebook by
ipykernel's shell. Anywhere else it displays a script of five megabytes as well, once per process,
so that the first page would get it and all others would miss it.

plotly is never imported from here: the hook waits until the app does.
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
# The variable by which a user chooses another.
_CHOICE: Final = "PLOTLY_RENDERER"


def install() -> Callable[[], None]:
    """Choose plotly's renderer once it is there; return what takes it back."""

    def display_as_data(module: ModuleType, replaced: Replaced) -> None:
        if os.environ.get(_CHOICE):
            return
        renderers = module.renderers
        replaced.callback(setattr, renderers, "default", renderers.default)
        renderers.default = _RENDERER

    return after_import({"plotly.io._renderers": display_as_data})
