"""Keeps the lines of diagrams in Markdown, which Vue 3 would join.

Upstream reason: `solara.Markdown` makes a Vue template of its text, and Vue 3 condenses white space
in templates. Mermaid separates statements by lines, and then can't read them. As the value of an
attribute, the text stays unchanged.
"""

from __future__ import annotations

import html
import json
import sys
from collections.abc import Callable
from typing import Any

FENCES = "pymdownx.superfences"

Format = Callable[..., str]


def keep_lines() -> Callable[[], None]:
    """Write fences of diagrams so that they keep their lines; return a function that undoes this.

    Parsers for `solara.Markdown` take the function from the module of fences, which is not part of
    `solara-ui`, but imported by it if installed.
    """
    fences: Any = sys.modules.get(FENCES)
    if fences is None:
        return lambda: None
    written: Format = fences.fence_div_format
    fences.fence_div_format = lambda *args, **kwargs: _diagram(written, *args, **kwargs)
    return lambda: setattr(fences, "fence_div_format", written)


def _diagram(
    written: Format, source: str, language: str, class_name: str, *args: Any, **kwargs: Any
) -> str:
    if class_name != "mermaid":
        return written(source, language, class_name, *args, **kwargs)
    element = written("", language, class_name, *args, **kwargs)
    text = html.escape(json.dumps(html.escape(source, quote=False), ensure_ascii=False))
    return element.replace("></", f' v-html="{text}"></', 1)
