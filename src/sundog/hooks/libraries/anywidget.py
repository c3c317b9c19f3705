"""Widgets made with anywidget let go of the files that their classes are made from.

Upstream reason: a class whose code stands in a file (``_esm = Path("widget.js")``) watches it, and
each of its widgets connects itself to that watch, for good. The class belongs to a module that all
kernels share, so the widgets of ended kernels would never go; and a change would be told to all of
them by whichever thread watches. `live_files` tells each kernel's own instead.

anywidget is never imported from here: the hook waits until the app does.
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
    """Yield the parts of a widget whose code stands in a file: name, path, what reads the file."""
    for part in PARTS:
        # The class that a widget ends up with has a trait of the name; what it was is further up.
        for each in type(widget).__mro__:
            contents = vars(each).get(part)
            path = getattr(contents, "_path", None)
            if isinstance(path, Path):
                yield part, path, contents
                break


def install() -> Callable[[], None]:
    """Wait for anywidget; return what undoes what has been replaced by then."""

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
