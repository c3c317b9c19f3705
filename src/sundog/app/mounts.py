"""Several apps on one server, each under a path of its own."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from sundog.app.page_info import Link, PageInfo
from sundog.app.site import names
from sundog.app.site.system_pages import apps_notice
from sundog.errors import AppNotFoundError
from sundog.kernel.kernel import VirtualKernel
from sundog.protocol.address import Address
from sundog.protocol.codec import encode_message

if TYPE_CHECKING:
    from sundog.app.program import Program

SEPARATOR: Final = "\n"
_NAMED: Final = re.compile(r"/?([\w-]+)=(.+)", re.DOTALL)


def split_apps(spec: str) -> dict[str, str]:
    """Return the specs of several apps by the names that they have in addresses.

    They stand in lines of their own, each as ``name=app`` or ``app``. Raises `AppNotFoundError`
    where two have the same name, and where one has a name that the server needs.
    """
    found: dict[str, str] = {}
    for each in spec.split(SEPARATOR):
        given = None if Path(each).exists() else _NAMED.fullmatch(each)
        name, app = (given[1], given[2]) if given else (_name_of(each), each)
        if name in found:
            raise AppNotFoundError(
                f"{found[name]} and {app} would both be at /{name}. Give one of them another name, "
                f"as in: sundog run {found[name]} other={app}"
            )
        if name in names.RESERVED or name.startswith("_") or not name:
            raise AppNotFoundError(
                f"{app} can't be at /{name}, which the server itself needs. Give it another name, "
                f"as in: sundog run other={app}"
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
    def path(self) -> Path | None:
        """Where the first app is."""
        return next(iter(self._apps.values())).path

    @property
    def paths(self) -> tuple[Path, ...]:
        """Where all apps are."""
        return tuple(app.path for app in self._apps.values() if app.path is not None)

    def has_page(self, place: Address) -> bool:
        """Whether one of the apps has a page at a place."""
        app = self._apps.get(place.parts[0]) if place.parts else None
        return not place.parts or (app is not None and app.has_page(_below(place)))

    def page_info(self, place: Address | None) -> PageInfo:
        """Return what the app at a place says of its page there."""
        name = place.parts[0] if place is not None and place.parts else ""
        app = self._apps.get(name)
        if app is None or place is None:
            return PageInfo(self.name, self._links if place is None else ())
        page_info = app.page_info(_below(place))
        prefix = _prefix_of(name)
        links = tuple(_moved(link, prefix) for link in page_info.links)
        return PageInfo(page_info.title, links, prefix)

    def run(self, kernel: VirtualKernel) -> None:
        """Run the app that the kernel's place is in."""
        parts = kernel.location.place.parts
        app = self._apps.get(parts[0]) if parts else None
        if app is not None:
            kernel.location.mount(_prefix_of(parts[0]))
            app.run(kernel)
            return
        kernel.page_area.append(apps_notice(self._links))
        kernel.publish(encode_message("ready"))

    @property
    def _links(self) -> tuple[Link, ...]:
        return tuple(Link(app.name, f"{_prefix_of(name)}/") for name, app in self._apps.items())


def paths_of(program: Program) -> tuple[Path, ...]:
    """Return where what is served is: one file or folder, or several."""
    if isinstance(program, Mounts):
        return program.paths
    return () if program.path is None else (program.path,)


def _prefix_of(name: str) -> str:
    return "/" + quote(name, safe="")


def _below(place: Address) -> Address:
    """Return a place as the app sees it that is mounted above it."""
    _, _, rest = place.path.lstrip("/").partition("/")
    return dataclasses.replace(place, path="/" + rest)


def _moved(link: Link, prefix: str) -> Link:
    below = tuple(_moved(each, prefix) for each in link.below)
    return dataclasses.replace(link, href=prefix + link.href, below=below)
