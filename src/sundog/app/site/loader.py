"""Makes a site: loads every page and runs it once, so that errors show up at the start."""

from __future__ import annotations

import dataclasses
import logging
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ipywidgets import Output

from sundog.app.components import ComponentLibrary
from sundog.app.host import Host
from sundog.app.loading.loader import load_file, load_module
from sundog.app.loading.markdown import first_heading
from sundog.app.loading.model import App, Kind
from sundog.app.running.dry_run import dry_run
from sundog.app.running.result import NAMES
from sundog.app.running.run import Finished
from sundog.app.running.runner import Runner
from sundog.app.site.layout import LayoutScript
from sundog.app.site.links import with_links
from sundog.app.site.pages import Pages, SitePage
from sundog.app.site.site import Site
from sundog.app.site.tree import (
    INIT,
    Folder,
    PageFile,
    give_places,
    leave_out,
    read_folder,
)
from sundog.errors import AppError, AppExecutionError, AppResultError
from sundog.hooks.core.tracebacks import told_traceback
from sundog.kernel import errors as reports

logger = logging.getLogger(__name__)

_NAMES_PAGE: Final = re.compile(
    rb"^(?:(?:async\s+)?def\s+Page\b|class\s+Page\b|(?:page|Page|app|routes)\s*(?::[^=\n]+)?=[^=])",
    re.MULTILINE,
)


@dataclasses.dataclass(frozen=True, slots=True)
class SiteLoader:
    """Loads sites.

    Attributes:
        host: Makes the kernels that pages run in once.
        library: Renders pages that are made of components.
        arguments: The command-line arguments of the app, without the program's name.
        development: Whether pages that fail show their error, instead of stopping the start.
        package: The name of the package that the pages are modules of, if they are.
    """

    host: Host
    library: ComponentLibrary
    arguments: Sequence[str]
    development: bool
    package: str | None = None

    def load(self, path: Path, spec: str) -> Site:
        """Return the site of a folder.

        In development, pages that fail show their error when they are opened; in production
        the first failure is raised. Scripts that run but show nothing are left out.

        Raises:
            AppError: There is no page that can be served.
        """
        folder = read_folder(path, init_is_page=names_page(path / INIT))
        self._prepare_process(folder.path)
        layouts = self._layouts(folder)
        pages = [self._page(file, folder.path) for file in folder.files()]
        leave_out(folder, {page.file for page in pages if not page.is_page})
        pages = [page for page in pages if page.is_page]
        give_places(folder)
        self._check(path, pages)
        by_path = {page.file.path: page.file for page in pages}
        for page in pages:
            if page.runner is not None and page.runner.app.is_document:
                page.runner.app = with_links(page.runner.app, page.file, folder.path, by_path)
        sys.argv[:] = [str(folder.path), *self.arguments]
        init = layouts.get(folder)
        namespace: Mapping[str, Any] = {} if init is None else init.dry_run_namespace
        return Site(
            Pages(folder, pages),
            {each: layout for each, layout in layouts.items() if layout.wraps},
            name=_text(namespace, "title") or Path(spec).name or folder.path.name,
            development=self.development,
            has_menu=namespace.get("menu") is not False,
        )

    def _check(self, path: Path, pages: Sequence[SitePage]) -> None:
        failed = [page for page in pages if page.failure is not None]
        if not pages:
            raise AppResultError(
                f"None of the files in {path} is a page: they ran, but showed nothing."
            )
        for page in failed:
            assert page.failure is not None
            if not self.development or len(failed) == len(pages):
                raise page.failure
            said = f"The page {page.href} failed; the other pages are served. {page.failure}"
            if isinstance(page.failure, AppExecutionError) and page.failure.__cause__ is not None:
                reports.log(said, told_traceback(page.failure.__cause__))
            else:
                logger.error("%s", said)

    def _page(self, file: PageFile, root: Path) -> SitePage:
        """Load a page and run it once."""
        try:
            app = self._app(file, root)
        except AppError as error:
            return SitePage(file, file.title, None, error)
        runner = Runner(app, self.library, self.arguments, development=self.development)
        page = SitePage(file, file.title, runner)
        try:
            runner.dry_run(self.host.throw_away_kernel(), self.host.patience)
        except AppResultError as error:
            page.failure = error
            # It may be a module that pages import, which has nothing to show.
            page.is_page = app.is_document or any(
                name in runner.dry_run_namespace for name in NAMES
            )
            if not page.is_page:
                logger.warning(
                    "%s is not a page: it shows nothing. Start its name with _ to leave it out.",
                    file.path.relative_to(root),
                )
        except AppError as error:
            page.failure = error
        page.title = _title_of(file, runner)
        return page

    def _app(self, file: PageFile, root: Path) -> App:
        if self.package is None or file.path.suffix != ".py":
            app = load_file(file.path, str(file.path))
            return dataclasses.replace(app, folder=root)
        inside = file.path.relative_to(root).with_suffix("").parts
        inside = inside[:-1] if inside[-1:] == ("__init__",) else inside
        name = ".".join((self.package, *inside))
        return load_module(name, name, None)

    def _prepare_process(self, folder: Path) -> None:
        if self.package is None:
            if sys.path[:1] != [str(folder)]:
                sys.path.insert(0, str(folder))
        elif str(folder) not in sys.path:
            # Modules may import their neighbours by bare names; everything else goes first.
            sys.path.append(str(folder))

    # Layouts -----------------------------------------------------------------------------------

    def _layouts(self, folder: Folder) -> dict[Folder, LayoutScript]:
        """Return the ``__init__.py`` of a folder and of those below it, by folder."""
        found: dict[Folder, LayoutScript] = {}
        for each in _folders(folder):
            if each.init is not None:
                file = PageFile(each.init, each.parts, each.title, (each,))
                script = LayoutScript(self._app(file, folder.path))
                self._try(script)
                each.title = _text(script.dry_run_namespace, "title") or each.title
                found[each] = script
        return found

    def _try(self, script: LayoutScript) -> None:
        """Run a layout once. Where it fails, no page around it can be shown."""
        kernel = self.host.throw_away_kernel()

        def execute(finished: Finished) -> None:
            namespace = kernel.namespace
            script.dry_run_namespace = namespace
            script.execute(namespace)
            script.wrap(namespace, Output())
            finished(None)

        dry_run(kernel, execute, str(script.app.path))


def _folders(folder: Folder) -> list[Folder]:
    below = [
        each for entry in folder.entries if isinstance(entry, Folder) for each in _folders(entry)
    ]
    return [folder, *below]


def names_page(init: Path) -> bool:
    """Whether a folder's ``__init__.py`` is a page itself."""
    return init.is_file() and _NAMES_PAGE.search(init.read_bytes()) is not None


def _title_of(file: PageFile, runner: Runner) -> str:
    title = runner.app.title or _text(runner.dry_run_namespace, "title")
    if title is None and runner.app.kind is Kind.NOTEBOOK:
        texts = (
            item["data"].get("text/markdown", "")
            for cell in runner.app.cells
            for item in cell.shown
        )
        title = next(filter(None, map(first_heading, texts)), None)
    return title or file.title


def _text(namespace: Mapping[str, Any], name: str) -> str | None:
    value = namespace.get(name)
    return value.strip() or None if isinstance(value, str) else None
