"""Widgets made with anywidget release the files of their classes.

Upstream reason: a class with its code in a file (``_esm = Path("widget.js")``) watches it, and each
of its widgets connects to that watch permanently. The class belongs to a module that all kernels
share, so widgets of ended kernels would never be released, and the watching thread would update the
widgets of all kernels. `live_files` updates each kernel's own instead.

anywidget is never imported here: the hook waits until the app imports it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from sundog.hooks.core.after_import import after_import
from sundog.hooks.core.replaced import Replaced

# The attributes that may be files.
PARTS: Final = ("_esm", "_css")


def files_of(widget: Any) -> Iterator[tuple[str, Path, Any]]:
    """Yield the parts of a widget with code in a file: name, path, and the object that reads it."""
    for part in PARTS:
        # The widget's final class has a trait of this name; the original value is in a base class.
        for each in type(widget).__mro__:
            contents = vars(each).get(part)
            path = getattr(contents, "_path", None)
            if isinstance(path, Path):
                yield part, path, contents
                break


def install() -> Callable[[], None]:
    """Wait for anywidget; return a function that undoes all replacements."""

    def patch(module: ModuleType, replaced: Replaced) -> None:
        widget_class = module.AnyWidget
        original = widget_class.__init__

        @functools.wraps(original)
        def __init__(self: Any, *args: object, **kwargs: object) -> None:
            original(self, *args, **kwargs)
            for _, _, contents in files_of(self):
                contents.changed.disconnect()

        replaced.set(widget_class, "__init__", __init__)

    return after_import({"anywidget.widget": patch})
