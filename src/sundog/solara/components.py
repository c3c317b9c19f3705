"""Components: what an app of components renders, and rendering it for a kernel.

Reacton (https://reacton.solara.dev) turns functions, *components*, into widgets, and renders them
again when their state changes. Solara adds routes and layouts. Neither is imported here before the
app has done so.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from IPython.display import display

from sundog.app.loading.failures import missing_module
from sundog.errors import AppResultError

if TYPE_CHECKING:
    from sundog.app.loading.model import App
    from sundog.kernel import VirtualKernel

# Keys of a kernel: what its components render in, and the state that they start with.
RENDER_CONTEXT = "sundog.solara.components.context"
HOOK_STATE = "sundog.solara.components.state"

Element = Any
Render = Callable[["VirtualKernel"], Element]
HasPage = Callable[[str], bool]


def is_component(value: Any) -> bool:
    """Whether a value is a component or an element: something that Reacton renders."""
    core = sys.modules.get("reacton.core")
    return core is not None and isinstance(value, (core.Element, core.Component))


def is_routes(value: Any) -> bool:
    """Whether a value is a list of Solara's routes."""
    datatypes = sys.modules.get("solara.datatypes")
    return (
        datatypes is not None
        and isinstance(value, (list, tuple))
        and bool(value)
        and all(isinstance(route, datatypes.Route) for route in value)
    )


@dataclass(frozen=True, slots=True)
class RenderedApp:
    """An app that has been executed, and what of it is rendered for each kernel.

    Attributes:
        namespaces: The variables of its files, by what was executed; the app's own come first.
        element: Returns what to render for a kernel.
        has_page: Whether there is a page at a path, which does not start with a slash.
    """

    namespaces: Mapping[str, Mapping[str, Any]]
    element: Render
    has_page: HasPage

    def run(self, kernel: VirtualKernel) -> None:
        """Render for a kernel, on its logical thread. Raises what the components raise."""
        # Code that looks a name up in ``__main__`` finds it for every kernel.
        kernel.namespace.update(next(iter(self.namespaces.values()), {}))
        render(kernel, self.element(kernel))


def components(app: App, namespace: Mapping[str, Any], value: Any) -> RenderedApp:
    """Return what to render for a component, an element, or a list of routes.

    With Solara, it gets Solara's layout and routing; with Reacton alone, it is rendered by itself.

    Raises:
        AppResultError: The component needs arguments.
    """
    own = {app.spec: namespace}
    if not is_routes(value):
        _check_arguments(value, app.name)
    if "solara" not in sys.modules:
        return RenderedApp(own, lambda kernel: _element(value), lambda path: not path)
    from sundog.solara.routes import only_route

    if "__path__" in app.identity and app.object_path is None:
        return pages(importlib.import_module(app.identity["__name__"]))
    if is_routes(value):
        return _with_routes(list(value), own)
    return _with_routes([only_route(app.path or Path(f"{app.name}.py"), namespace, value)], own)


def pages(place: Path | ModuleType) -> RenderedApp:
    """Return the pages of a folder or a package, by Solara's rules for their names and order.

    The folder's files are executed, or the package's modules are imported, once and in this call.

    Raises:
        Exception: Whatever they raise.
    """
    import solara

    from sundog.solara.routes import namespaces_of

    if isinstance(place, Path):
        routes = solara.generate_routes_directory(place)
        return _with_routes(routes, {str(place): {}, **namespaces_of(routes)})
    return _with_routes(solara.generate_routes(place), {place.__name__: vars(place)})


def _with_routes(routes: list[Any], namespaces: Mapping[str, Mapping[str, Any]]) -> RenderedApp:
    from sundog.solara.routes import has_route, routed

    return RenderedApp(
        namespaces, lambda kernel: routed(kernel, routes), lambda path: has_route(routes, path)
    )


def render(kernel: VirtualKernel, element: Element) -> None:
    """Render an element as the kernel's page, until the kernel ends.

    When a later rendering fails, the page keeps what it shows, and the error is reported.
    """
    from reacton.core import _RenderContext

    container = _container()
    # After a reload, components start with the state that they had.
    state = kernel.peek(HOOK_STATE)
    context = _RenderContext(element, container, handle_error=False, initial_state=state)
    kernel.local(RENDER_CONTEXT, lambda: context)
    render_now = context.render
    reported: list[BaseException] = []

    def report(*args: Any, **kwargs: Any) -> Any:
        try:
            return render_now(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the boundary between the app and the server
            # Raised here, it would end what has set the state: a callback, a task or a thread.
            _explain(error)
            kernel.report_error(error, "rendering")
            reported[:] = [error]
            _forget_errors(context.context_root)

    def end() -> None:
        try:
            context.close()
        except Exception as error:
            # Reacton raises the error of the last rendering again.
            if error not in reported:
                raise
        finally:
            reported.clear()

    kernel.on_close(end)
    context.render = report
    # Displayed after the rendering, so that the page draws the container once.
    try:
        render_now(element, container)
    except ModuleNotFoundError as error:
        _explain(error)
        raise
    display(container)


def _explain(error: Exception) -> None:
    """Add to an error how to install what is missing; tracebacks show it."""
    hint = missing_module(error)
    if hint:
        error.add_note(hint)


def _forget_errors(component: Any) -> None:
    """Let a component and those in it continue after an error that has been reported.

    Reacton keeps what a callback has raised, for a component above that handles it, and raises it
    in every rendering as long as none does.
    """
    waiting = [component]
    while waiting:
        each = waiting.pop()
        each.exceptions_self, each.exceptions_children = [], []
        waiting.extend((*each.children.values(), *each.children_next.values()))


def _container() -> Any:
    if "solara" in sys.modules:
        import ipyvuetify

        return ipyvuetify.App(children=[], class_="solara-app")
    from ipywidgets import VBox

    return VBox()


def _element(value: Any) -> Element:
    core = sys.modules["reacton.core"]
    return value if isinstance(value, core.Element) else value()


def _check_arguments(value: Any, name: str) -> None:
    """Raise where a component can't be called as a page: with nothing, or with parts of a path."""
    function = getattr(value, "f", None)
    if function is None or "solara" in sys.modules:
        return
    needed = [
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    if needed:
        raise AppResultError(
            f"The component that is the page of {name} needs arguments: {', '.join(needed)}. "
            "Give them defaults, or call the component with values, such as page = Page(…)."
        )
