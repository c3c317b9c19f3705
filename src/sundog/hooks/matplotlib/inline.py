"""The matplotlib backend for notebooks, with its state per kernel instead of in functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sundog.hooks.matplotlib.figures import States
from sundog.scope import Scope, current_scope, scoped


class KernelShow:
    """The backend's `show`, with the figures to draw stored by kernel."""

    def __init__(self, show: Callable[..., None], states: States) -> None:
        self._show = show
        self._states = states
        self.__name__ = "show"
        self.__doc__ = show.__doc__
        self.__wrapped__ = show

    def __call__(self, close: bool | None = None, block: bool | None = None) -> None:
        """Show the figures of the current kernel."""
        self._show(close, block)

    @property
    def _to_draw(self) -> list[Any]:
        return self._states.current().to_draw

    @_to_draw.setter
    def _to_draw(self, figures: list[Any]) -> None:
        self._states.current().to_draw = figures

    @property
    def _draw_called(self) -> bool:
        return self._states.current().draw_called

    @_draw_called.setter
    def _draw_called(self, called: bool) -> None:
        self._states.current().draw_called = called


class KernelConfigure:
    """The backend's `configure_inline_support`, which remembers its configuration by kernel."""

    def __init__(self, configure: Callable[..., None], states: States) -> None:
        self._configure = configure
        self._states = states
        self.__doc__ = configure.__doc__

    def __call__(self, shell: Any, backend: str) -> None:
        """Configure the formats of the current kernel's figures."""
        self._configure(shell, backend)

    @property
    def current_backend(self) -> str:
        """The configured formats of figures."""
        return self._states.current().formats_of

    @current_backend.setter
    def current_backend(self, backend: str) -> None:
        self._states.current().formats_of = backend


def make_flush(backend: Any) -> Callable[[], None]:
    """Return a `flush_figures` for the inline backend."""

    def flush_figures() -> None:
        """Show the open figures, each where it was created."""
        show = backend.show
        if not show._draw_called:
            return
        close = backend.InlineBackend.instance().close_figures
        pending, show._to_draw, show._draw_called = show._to_draw, [], False
        managers = backend.Gcf.get_all_fig_managers()
        try:
            for manager in managers:
                if close or manager.canvas.figure in pending:
                    _show_where_begun(backend, manager)
        finally:
            if close:
                for manager in managers:
                    backend.Gcf.destroy(manager)

    return flush_figures


def _show_where_begun(backend: Any, manager: Any) -> None:
    figure = manager.canvas.figure
    with scoped(_scope_of(manager)):
        try:
            backend.display(figure, metadata=backend._fetch_figure_metadata(figure))
        except Exception:  # noqa: BLE001 - shown as the error of the code that made the figure
            backend.get_ipython().showtraceback()


def _scope_of(manager: Any) -> Scope | None:
    """Return where a figure is shown: where it was created, if nothing here catches it."""
    begun: Scope | None = getattr(manager, "_sundog_scope", None)
    here = current_scope()
    if begun is None or (begun.area is None and here is not None and here.area is not None):
        return here
    return begun
