"""Opens what is served: an app, a folder or package of pages, or several apps side by side."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Sequence
from pathlib import Path

from sundog.app.component_site import ComponentSite
from sundog.app.components import ComponentLibrary, Components
from sundog.app.host import Host
from sundog.app.loading.loader import find_module, load, looks_like_path, split_object
from sundog.app.loading.model import Kind
from sundog.app.mounts import SEPARATOR, Mounts, split_apps
from sundog.app.program import Program
from sundog.app.running.runner import Runner
from sundog.app.site.loader import SiteLoader, names_page
from sundog.app.site.pages import Pages, SitePage
from sundog.app.site.site import Site
from sundog.app.site.tree import INIT, Folder, PageFile
from sundog.errors import AppExecutionError, AppNotFoundError
from sundog.hooks.core.tracebacks import told_traceback
from sundog.kernel import errors as reports


@dataclasses.dataclass(frozen=True, slots=True)
class Opener:
    """Loads apps, and runs each once in kernels that end with that run.

    Attributes:
        host: Makes the kernels.
        library: Renders apps that are made of components.
        arguments: The command-line arguments of the apps, without the program's name.
        development: Whether pages that fail show their error, instead of stopping the start.
        keeps_failed: Whether a notebook that fails is served all the same: its pages show what
            its cells display before the one that fails, and then the error.
    """

    host: Host
    library: ComponentLibrary
    arguments: Sequence[str] = ()
    development: bool = False
    keeps_failed: bool = False

    def open(self, spec: str) -> Program:
        """Return the app of a spec, or the several apps of a spec with several lines.

        Raises:
            AppError: One of the apps can't be served.
        """
        if SEPARATOR in spec:
            return Mounts({name: self._one_of(each) for name, each in split_apps(spec).items()})
        return self._open(spec, is_only_app=True)

    def _one_of(self, spec: str) -> Program:
        try:
            return self._open(spec, is_only_app=False)
        except AppNotFoundError as error:
            hint = "Put arguments of an app after --, such as: sundog run app.py -- 1"
            raise AppNotFoundError(f"{error}\n{hint}") from error

    def _open(self, spec: str, *, is_only_app: bool) -> Program:
        target, object_path = split_object(spec)
        if object_path is None:
            path = Path(target).expanduser()
            if path.is_dir() and (not _is_package(target) or self.library.has_folder(path)):
                return self._folder(path, spec)
            if not looks_like_path(target):
                found = find_module(target)
                if found.submodule_search_locations:
                    return self._package(Path(found.submodule_search_locations[0]), target)
        runner = self._run_once(spec, is_only_app=is_only_app)
        return _with_arguments(runner) if runner.takes_arguments else runner

    def _run_once(self, spec: str, *, is_only_app: bool) -> Runner:
        app = load(spec)
        is_notebook = app.kind is Kind.NOTEBOOK
        if is_notebook and is_only_app:
            self.host.work_in(app.folder)
        runner = Runner(app, self.library, self.arguments, development=self.development)
        try:
            runner.dry_run(self.host.throw_away_kernel(), self.host.patience)
        except AppExecutionError as error:
            if not (is_notebook and self.keeps_failed) or error.__cause__ is None:
                raise
            failed = f"{app.name} failed, and its pages show it up to there. {error}"
            reports.log(failed, told_traceback(error.__cause__))
        return runner

    def _folder(self, path: Path, spec: str) -> Program:
        if self.library.has_package(path):
            return self._components(path, None, path.resolve().name)
        return self._sites().load(path, spec)

    def _package(self, path: Path, name: str) -> Program:
        if not self.library.has_package(path):
            return self._sites(name).load(path, name)
        if names_page(path / INIT):
            return self._run_once(name, is_only_app=False)
        return self._components(path, name, name.rpartition(".")[2])

    def _components(self, path: Path, package: str | None, name: str) -> ComponentSite:
        def make() -> Components:
            return self.library.pages(path if package is None else importlib.import_module(package))

        path = path.resolve()
        site = ComponentSite(name, path, make)
        site.dry_run(self.host.throw_away_kernel())
        return site

    def _sites(self, package: str | None = None) -> SiteLoader:
        return SiteLoader(self.host, self.library, self.arguments, self.development, package)


def _is_package(target: str) -> bool:
    """Whether a folder is a package that can be imported by that name from here.

    A folder may have the name of a module that is somewhere else.
    """
    if looks_like_path(target) or not (Path(target) / INIT).is_file():
        return False
    places = find_module(target).submodule_search_locations or ()
    return Path(target).resolve() in [Path(place).resolve() for place in places]


def _with_arguments(runner: Runner) -> Site:
    """Return an app of one page that runs again when the arguments in its address change."""
    path = runner.app.path or runner.app.folder
    folder = Folder(path.parent, (), runner.name, None)
    file = PageFile(path, (), runner.name, (folder,))
    folder.entries.append(file)
    pages = Pages(folder, [SitePage(file, runner.name, runner)])
    return Site(pages, {}, name=runner.name, development=runner.development)
