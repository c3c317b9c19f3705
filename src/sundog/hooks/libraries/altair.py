"""Draws Altair's charts with the page's own scripts.

Upstream reasons: Altair displays a chart as HTML that loads Vega from a CDN, and the script of its
`JupyterChart` imports Vega and a function of lodash from one. Pages have both, so the charts need
no internet.

Altair is never imported here: the hook waits until the app imports it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import ModuleType
from typing import Final

from sundog.hooks.core.after_import import after_import
from sundog.hooks.core.replaced import Replaced

# Altair's own way to display charts as data, which the page draws.
_RENDERER: Final = "mimetype"
_FROM_CDN: Final = re.compile(
    r"""^import\s+(\w+)\s+from\s+["']https://esm\.sh/(vega-embed|lodash-es@[\w.]+/debounce)\b[^"']*["'];?""",
    re.MULTILINE,
)


def install() -> Callable[[], None]:
    """Change Altair after its import; return a function that undoes this."""

    def display_as_data(module: ModuleType, replaced: Replaced) -> None:
        renderers = module.renderers
        before = renderers.active
        if before in ("default", "html"):
            renderers.enable(_RENDERER)
            replaced.callback(renderers.enable, before)

    def draw_with_our_own(module: ModuleType, replaced: Replaced) -> None:
        chart = module.JupyterChart
        replaced.set(chart, "_esm", without_cdn(chart._esm))

    return after_import(
        {"altair": display_as_data, "altair.jupyter.jupyter_chart": draw_with_our_own}
    )


def without_cdn(script: str) -> str:
    """Return a module that imports from the page instead of the CDN."""

    def own(found: re.Match[str]) -> str:
        name = "lodash/debounce" if "debounce" in found[2] else found[2]
        return f'const {{default: {found[1]}}} = await globalThis.sundogModule("{name}");'

    return _FROM_CDN.sub(own, script)
