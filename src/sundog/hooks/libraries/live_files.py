"""Puts what has changed in a file of the front end into the widgets that show it.

For development: a widget made with anywidget whose ``_esm`` or ``_css`` is a file, and a template
or component of ipyvue that was read from one, take the new text in every kernel, on that kernel's
own thread. Their state stays, and the app does not run again.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sundog.hooks.libraries.anywidget import files_of
from sundog.scope import scoped

if TYPE_CHECKING:
    from sundog.kernel import VirtualKernel

Update = Callable[[], object]


def refresh(kernels: Iterable[VirtualKernel], path: Path) -> bool:
    """Update the widgets that contain a file's text; return whether there are any.

    Returns at once; the kernels do it on their own threads. A file that can't be read updates
    nothing.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    found = False
    for kernel in kernels:
        for update in _updates(kernel, path, text):
            kernel.submit(update)
            found = True
    return found


def _updates(kernel: VirtualKernel, path: Path, text: str) -> Iterator[Update]:
    for widget in list(kernel.widgets.values()):
        for part, file, contents in files_of(widget):
            if file.resolve() == path:
                # Widgets created later read it again.
                contents._contents = None
                yield _setter(widget, part, text)
    with scoped(kernel.scope):
        template = _lookup("ipyvue.Template", "template_registry", path)
        component = _lookup("ipyvue.VueComponentRegistry", "vue_component_files", path)
    if template is not None:
        yield _setter(template, "template", text)
    if component is not None:
        yield _registration(component, path, text)


def _lookup(module: str, table: str, path: Path) -> Any:
    """Return the entry for a file in one of ipyvue's tables, if ipyvue is loaded."""
    found = getattr(sys.modules.get(module), table, {})
    for file in (str(path), os.path.normpath(path)):
        if file in found:
            return found[file]
    return None


def _setter(widget: Any, name: str, text: str) -> Update:
    return lambda: setattr(widget, name, text)


def _registration(name: str, path: Path, text: str) -> Update:
    def register() -> None:
        registry = sys.modules["ipyvue.VueComponentRegistry"]
        function = registry.register_component_from_string
        # Version 1 of ipyvue does not accept it.
        takes_url = "source_url" in inspect.signature(function).parameters
        function(name, text, **({"source_url": path.name} if takes_url else {}))

    return register
