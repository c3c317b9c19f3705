"""Diagrams in Markdown, whose lines Vue 3 would run together.

Upstream reason: `solara.Markdown` makes a template of Vue from its text, and Vue 3 condenses the
white space of templates. Mermaid tells its statements apart by lines, and then can't read them. As
the value of an attribute the text stays as it is.
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
    """Have fences of diagrams written so that they keep their lines; return what ends that.

    Whoever makes a parser for `solara.Markdown` takes the function from the module of fences, which
    is no part of `solara-ui`, but imported by it where it is installed.
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
