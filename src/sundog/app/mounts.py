"""Several apps on one server, each under a path of its own."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

from sundog.app.page_info import Link, PageInfo
from sundog.app.site import names
from sundog.app.site.system_pages import list_of_apps
from sundog.errors import AppNotFoundError
from sundog.kernel import VirtualKernel
from sundog.protocol import Address, encode_message

if TYPE_CHECKING:
    from sundog.app.program import Program, RunningPage

SEPARATOR: Final = "\n"
_NAMED: Final = re.compile(r"/?([\w-]+)=(.+)", re.DOTALL)


def split_apps(spec: str) -> dict[str, str]:
    """Return the specs of several apps, by their names in addresses.

    Args:
        spec: Lines, each of which is ``name=app`` or ``app``.

    Raises:
        AppNotFoundError: Two apps have the same name, or one has a name that the server needs.
    """
    found: dict[str, str] = {}
    for each in spec.split(SEPARATOR):
        given = None if Path(each).exists() else _NAMED.fullmatch(each)
        name, app = (given[1], given[2]) if given else (_name_of(each), each)
        if name in found:
            raise AppNotFoundError(
                f"{found[name]} and {app} would both be at /{name}. Give one of them another name, "
                f"such as: sundog run {found[name]} other={app}"
            )
        if name in names.RESERVED or name.startswith("_") or not name:
            raise AppNotFoundError(
                f"{app} can't be at /{name}, which the server uses itself. Give it another name, "
                f"such as: sundog run other={app}"
            )
        found[name] = app
    return found


def _name_of(spec: str) -> str:
    from sundog.app.loading.loader import looks_like_path, split_object

    target, _ = split_object(spec)
    path = Path(target)
    if path.is_dir():
        return names.slug(path.resolve().name)
    return names.slug(path.stem if looks_like_path(target) else target.rpartition(".")[2])


class Mounts:
    """Apps by their names in addresses; the server's own first page lists them."""

    def __init__(self, apps: Mapping[str, Program]) -> None:
        self.name = "Apps"
        self._apps = apps

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files and folders of all apps."""
        return tuple(path for app in self._apps.values() for path in app.paths)

    @property
    def namespaces(self) -> Mapping[str, Mapping[str, Any]]:
        """The variables that the dry runs have left, by app and file."""
        return {
            f"{name}={key}": namespace
            for name, app in self._apps.items()
            for key, namespace in app.namespaces.items()
        }

    @property
    def has_ended(self) -> bool:
        """Whether the dry runs of all apps have come to their ends."""
        return all(app.has_ended for app in self._apps.values())

    def has_page(self, place: Address) -> bool:
        """Whether one of the apps has a page at an address."""
        app = self._apps.get(place.parts[0]) if place.parts else None
        return not place.parts or (app is not None and app.has_page(_below(place)))

    def page_info(self, place: Address | None) -> PageInfo:
        """Return the title and menu of the page at an address, as its app has them."""
        name = place.parts[0] if place is not None and place.parts else ""
        app = self._apps.get(name)
        if app is None or place is None:
            return PageInfo(self.name, self._links if place is None else ())
        page_info = app.page_info(_below(place))
        prefix = _prefix_of(name)
        links = tuple(_moved(link, prefix) for link in page_info.links)
        return PageInfo(page_info.title, links, prefix)

    def run(self, kernel: VirtualKernel) -> None:
        """Run the app at the kernel's location."""
        parts = kernel.location.place.parts
        app = self._apps.get(parts[0]) if parts else None
        if app is not None:
            kernel.location.mount(_prefix_of(parts[0]))
            app.run(kernel)
            return
        kernel.page_area.append(list_of_apps(self._links))
        kernel.publish(encode_message("ready"))

    def running_pages(self, kernel: VirtualKernel) -> Mapping[str, RunningPage]:
        """Return the pages of the app that runs in a kernel."""
        app = self._apps.get(unquote(kernel.location.mounted.removeprefix("/")))
        return {} if app is None else app.running_pages(kernel)

    @property
    def _links(self) -> tuple[Link, ...]:
        return tuple(Link(app.name, f"{_prefix_of(name)}/") for name, app in self._apps.items())


def _prefix_of(name: str) -> str:
    return "/" + quote(name, safe="")


def _below(place: Address) -> Address:
    """Return an address as the app sees it that is mounted at its first part."""
    _, _, rest = place.path.lstrip("/").partition("/")
    return dataclasses.replace(place, path="/" + rest)


def _moved(link: Link, prefix: str) -> Link:
    below = tuple(_moved(each, prefix) for each in link.below)
    return dataclasses.replace(link, href=prefix + link.href, below=below)
