"""What is served, from what was asked for: an app, a site, or several of these side by side."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Sequence
from pathlib import Path

from sundog.app.host import Host
from sundog.app.loading.loader import find_module, load, looks_like_path, split_object
from sundog.app.mounts import SEPARATOR, Mounts, split_apps
from sundog.app.running.runner import Runner
from sundog.app.site.loader import SiteLoader, imports_neighbours, names_page, uses_solara
from sundog.app.site.site import Site, SitePage
from sundog.app.site.tree import INIT, Folder, PageFile
from sundog.errors import AppNotFoundError
from sundog.solara.component_site import ComponentSite
from sundog.solara.components import Components, component_site

Program = Runner | Site | ComponentSite | Mounts


@dataclasses.dataclass(frozen=True, slots=True)
class Opener:
    """Loads what is asked for, and runs it once in throw-away kernels."""

    host: Host
    arguments: Sequence[str]
    development: bool

    def open(self, spec: str) -> Program:
        """Return the app of a spec, or the several apps that stand in its lines.

        Raises `AppError` where one can't be served.
        """
        if SEPARATOR in spec:
            return Mounts({name: self._one_of(each) for name, each in split_apps(spec).items()})
        target, object_path = split_object(spec)
        if object_path is None:
            path = Path(target).expanduser()
            if path.is_dir() and (not _is_package(target) or _is_folder_of_components(path)):
                return self._folder(path, spec)
            if not looks_like_path(target):
                found = find_module(target)
                if found.submodule_search_locations:
                    return self._package(Path(found.submodule_search_locations[0]), target)
        runner = Runner(load(spec), self.arguments, self.development)
        runner.dry_run(self.host.throw_away_kernel())
        return _with_arguments(runner) if _takes_arguments(runner) else runner

    def _one_of(self, spec: str) -> Program:
        try:
            return self.open(spec)
        except AppNotFoundError as error:
            hint = "Arguments of an app go after --, as in: sundog run app.py -- 1"
            raise AppNotFoundError(f"{error}\n{hint}") from error

    def _folder(self, path: Path, spec: str) -> Program:
        if uses_solara(path):
            return self._components(path, None, path.resolve().name)
        return self._sites().load(path, spec)

    def _package(self, path: Path, name: str) -> Program:
        if not uses_solara(path):
            return self._sites(name).load(path, name)
        if not names_page(path / INIT):
            return self._components(path, name, name.rpartition(".")[2])
        runner = Runner(load(name), self.arguments, self.development)
        runner.dry_run(self.host.throw_away_kernel())
        return runner

    def _components(self, path: Path, package: str | None, name: str) -> ComponentSite:
        def make() -> Components:
            return component_site(path if package is None else importlib.import_module(package))

        path = path.resolve()
        site = ComponentSite(name, path, make)
        site.dry_run(self.host.throw_away_kernel())
        return site

    def _sites(self, package: str | None = None) -> SiteLoader:
        return SiteLoader(self.host, self.arguments, self.development, package)


def _is_package(target: str) -> bool:
    """Whether a folder is a package that is imported by that name from here.

    A folder may have the name of a module that is somewhere else.
    """
    if looks_like_path(target) or not (Path(target) / INIT).is_file():
        return False
    places = find_module(target).submodule_search_locations or ()
    return Path(target).resolve() in [Path(place).resolve() for place in places]


def _is_folder_of_components(path: Path) -> bool:
    """Whether a package is what Solara calls a directory of pages: none imports its neighbours."""
    return uses_solara(path) and not imports_neighbours(path)


def _takes_arguments(runner: Runner) -> bool:
    return runner.page_function is not None and runner.takes_arguments


def _with_arguments(runner: Runner) -> Site:
    """Return an app of one page that is made anew when the arguments in its address change."""
    path = runner.app.path or runner.app.folder
    folder = Folder(path.parent, (), runner.name, None)
    file = PageFile(path, (), runner.name, (folder,))
    folder.entries.append(file)
    page = SitePage(file, runner.name, runner)
    return Site(folder, [page], {}, name=runner.name, development=runner.development)
