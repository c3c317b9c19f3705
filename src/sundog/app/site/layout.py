"""The layout that a folder's ``__init__.py`` puts around the pages of the folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets
from ipywidgets import Box, Output, Widget

from sundog.app.loading.failures import execution_error
from sundog.app.loading.loader import fill_namespace
from sundog.app.loading.model import App
from sundog.errors import AppResultError
from sundog.hooks.ipython.cells import execute_now

NAME = "Layout"


class LayoutScript:
    """An ``__init__.py``, which runs for every kernel."""

    def __init__(self, app: App) -> None:
        self.app = app
        # The variables that the dry run has left.
        self.dry_run_namespace: Mapping[str, Any] = {}

    @property
    def wraps(self) -> bool:
        """Whether it names a layout. Known after the dry run."""
        return _layout_of(self.dry_run_namespace) is not None

    def execute(self, namespace: dict[str, Any]) -> None:
        """Run it in a namespace, in the running kernel.

        Raises:
            AppExecutionError: Its code fails.
        """
        fill_namespace(namespace, self.app)
        for cell in self.app.cells:
            if cell.code is not None:
                try:
                    execute_now(cell.code, namespace)
                except (Exception, SystemExit) as error:
                    raise execution_error(error, self.app.name) from error

    def wrap(self, namespace: Mapping[str, Any], page: Output) -> Widget:
        """Return the widget that shows the page in its layout.

        Raises:
            AppExecutionError: The app's function fails.
            AppResultError: It returns something that is not a widget.
        """
        layout = _layout_of(namespace)
        if layout is None:
            return page
        if isinstance(layout, Box):
            layout.children = (*layout.children, page)
            return layout
        try:
            made = layout(page)
        except (Exception, SystemExit) as error:
            raise execution_error(error, self.app.name) from error
        if not isinstance(made, Widget):
            raise AppResultError(
                f"Layout in {self.app.path} returns a {type(made).__name__}. It must take the "
                "page, a widget, and return a widget that contains it, such as: "
                "def Layout(page): return widgets.VBox([header, page])"
            )
        return made


def _layout_of(namespace: Mapping[str, Any]) -> Any:
    """Return the function or box that a namespace has under the name of layouts."""
    value = namespace.get(NAME)
    # Not ipywidgets' class of the same name, which many pages import.
    if isinstance(value, type) and issubclass(value, ipywidgets.Layout):
        return None
    return value if callable(value) or isinstance(value, Box) else None
