"""Pages by Solara's routes, and keeping the page's address and the app's route the same.

Imported only where the app has imported Solara itself.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import ipywidgets
import solara
from solara import autorouting, routing

from sundog.protocol import Address

if TYPE_CHECKING:
    from sundog.kernel import Location, VirtualKernel

Element = Any
Route = Any


def only_route(file: Path, namespace: Mapping[str, Any], value: Any) -> Route:
    """Return the route of an app that is one page, a component or an element."""
    module = ModuleType("__main__")
    vars(module).update(namespace)
    module.__file__ = str(file)
    layout = namespace.get("Layout")
    # Not ipywidgets' class of the same name, which many scripts import.
    if inspect.isclass(layout) and issubclass(layout, ipywidgets.Layout):
        layout = None
    return solara.Route(
        path="/",
        component=value,
        module=module,
        layout=layout,
        label=autorouting.get_title(module),
        file=file,
    )


def namespaces_of(routes: Sequence[Route]) -> dict[str, Mapping[str, Any]]:
    """Return the variables of the files that routes were made from, by file."""
    found: dict[str, Mapping[str, Any]] = {}
    for route in routes:
        if route.module is not None:
            found[str(route.file or route.module.__name__)] = vars(route.module)
        found |= namespaces_of(route.children)
    return found


def has_route(routes: Sequence[Route], path: str) -> bool:
    """Whether a path, without a slash at its beginning, leads to a page of some routes."""
    if "/" + path in autorouting._redirects:
        return True
    router = routing.Router("/" + path, routes=list(routes))
    if not router.path_routes:
        return False
    if len(router.path_routes) >= len(router.parts):
        return True
    # A component may take the parts of the path that its route leaves over.
    last = router.path_routes[-1]
    return last.component is not None or last.module is not None


def routed(kernel: VirtualKernel, routes: Sequence[Route]) -> Element:
    """Return the element that shows the route of the page's address, in its layout."""
    place = kernel.location.place
    start = place.path + place.search
    return solara.RoutingProvider(
        children=[solara.RenderPage(), _follower()(kernel.location)],
        routes=list(routes),
        pathname=autorouting._redirects.get(start, start),
    )


@functools.cache
def _follower() -> Any:
    """Return the component that keeps the kernel's location and Solara's the same."""

    @solara.component  # type: ignore[untyped-decorator]
    def Follower(location: Location) -> Element:
        shown = solara.use_context(routing._location_context)
        latest = solara.use_ref(None)
        address = shown.pathname or "/"

        def observe() -> Any:
            def moved(place: Address) -> None:
                latest.current.pathname = place.path + place.search

            location.observe(moved)
            return lambda: location.unobserve(moved)

        # Solara's own widget takes the pages there. They hear of it first, in rendering, because
        # that widget's view, if it is made only now, takes the page's address for where to be.
        with contextlib.suppress(ValueError):  # An address of another site.
            location.settle(Address.parse(address), "settle" if latest.current else "replace")

        latest.current = shown
        solara.use_effect(observe, [])
        return solara.Div(style="display: none")

    return Follower
