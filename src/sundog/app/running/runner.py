"""Runs an app: once at the start, to see whether it works, then for every kernel.

An app made of components runs at the start only, and is rendered for every kernel.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sundog.app.components import ComponentLibrary, Components
from sundog.app.loading.failures import execution_error
from sundog.app.loading.model import App
from sundog.app.page_info import PageInfo
from sundog.app.patience import FOREVER, Patience
from sundog.app.program import RunningPage, only_page
from sundog.app.running.arguments import bind, takes_any
from sundog.app.running.document import Document
from sundog.app.running.dry_run import dry_run
from sundog.app.running.result import is_page_function
from sundog.app.running.run import Finished, Run, begin, finish, show_page
from sundog.errors import AppError
from sundog.hooks.core.owned import share_with_all
from sundog.kernel import VirtualKernel
from sundog.protocol import Address
from sundog.scope import Scope, current_scope


class Runner:
    """An app that can be run for kernels, each time in a namespace of its own.

    The namespace of the dry run is kept: functions that all kernels share (`sundog.sharing`) live
    there, so that they outlast the kernels that call them.

    Args:
        app: The app, found and compiled.
        library: Renders it if it is made of components.
        argv: Its command-line arguments, without the program's name.
        development: Whether pages say which addresses there are.
    """

    def __init__(
        self,
        app: App,
        library: ComponentLibrary,
        argv: Sequence[str] = (),
        *,
        development: bool = False,
    ) -> None:
        self.app = app
        self.development = development
        self._library = library
        self._argv = [str(app.path or app.spec), *argv]
        self._names_page = False
        self._has_ended = False
        self._components: Components | None = None
        self._dry_run_namespace: dict[str, Any] = {}
        self._page_function: Callable[..., Any] | None = None

    @property
    def name(self) -> str:
        """The title of the page."""
        return self.app.title or self.app.name

    @property
    def paths(self) -> tuple[Path, ...]:
        """The app's file, if it has one."""
        return () if self.app.path is None else (self.app.path,)

    @property
    def dry_run_namespace(self) -> Mapping[str, Any]:
        """The variables that the dry run has left."""
        return self._dry_run_namespace

    @property
    def namespaces(self) -> Mapping[str, Mapping[str, Any]]:
        """The variables that the dry run has left, by what was run."""
        own = {self.app.spec: self._dry_run_namespace}
        return own if self._components is None else {**own, **self._components.namespaces}

    @property
    def takes_arguments(self) -> bool:
        """Whether parts of the page's address are its arguments. Known after the dry run."""
        function = self._page_function
        return function is not None and takes_any(function)

    def fits(self, parts: Sequence[str]) -> bool:
        """Whether these parts of an address can be arguments of the page."""
        function = self._page_function
        return not parts if function is None else bind(function, parts) is not None

    def has_page(self, place: Address) -> bool:
        """Whether there is a page at an address."""
        if self._components is not None:
            return self._components.has_page("/".join(place.parts))
        return self.fits(place.parts)

    def page_info(self, place: Address | None) -> PageInfo:
        """Return the title of the page, before the app runs."""
        return PageInfo(self.name)

    @property
    def has_ended(self) -> bool:
        """Whether the dry run has come to its end; an endless one never does."""
        return self._has_ended

    def dry_run(self, kernel: VirtualKernel, patience: Patience = FOREVER) -> None:
        """Run the app once in a kernel, which ends with it.

        Args:
            kernel: The kernel, in which nothing runs yet.
            patience: How long to wait for the end of the run.

        Raises:
            AppExecutionError: The app's code fails.
            AppNotFoundError: The object that was asked for does not exist.
            AppResultError: The app shows nothing.
        """
        self._prepare_process()
        namespace = kernel.namespace
        self._dry_run_namespace = namespace

        def begin(finished: Finished) -> None:
            self._start(kernel, finished)

        self._has_ended = dry_run(kernel, begin, self.app.name, patience)

    def run(
        self, kernel: VirtualKernel, parts: Sequence[str] = (), finished: Finished | None = None
    ) -> None:
        """Run the app for a kernel, on its logical thread.

        Args:
            kernel: The kernel.
            parts: Parts of the address that are the arguments of the page, if it is a function.
            finished: Called at the end with the error, if there is one. By default, the error is
                reported to the kernel's pages.
        """
        when_finished = finished or functools.partial(finish, kernel)
        if self._has_ended or self.app.is_async:
            self._start(kernel, when_finished, parts)
            return

        def run_ended(error: BaseException | None) -> None:
            kernel.location.load_pages(False)
            when_finished(error)

        # The run may never end. Until then, the kernel can't show another page.
        kernel.location.load_pages(True)
        self._start(kernel, run_ended, parts)

    def running_pages(self, kernel: VirtualKernel) -> Mapping[str, RunningPage]:
        """Return the one page that runs in a kernel."""
        return only_page(kernel)

    def call_page(
        self,
        kernel: VirtualKernel,
        namespace: Mapping[str, Any],
        parts: Sequence[str],
        finished: Finished,
    ) -> None:
        """Call the page's function again, in the namespace that an earlier run has left."""
        function = namespace.get("Page")
        if function is not None and is_page_function(function):
            document = Document(kernel, current_scope() or kernel.scope, visible=False)
            begin(
                kernel,
                show_page(document, function, parts, self.app, self._library),
                finished,
                is_async=inspect.iscoroutinefunction(function),
            )

    def _prepare_process(self) -> None:
        """Do what Python does for a script: its folder comes first, ``sys.argv`` is its own."""
        folder = str(self.app.folder)
        if sys.path[:1] != [folder]:
            sys.path.insert(0, folder)
        sys.argv[:] = self._argv

    def _start(self, kernel: VirtualKernel, finished: Finished, parts: Sequence[str] = ()) -> None:
        is_async = self._components is None and (
            self.app.is_async or inspect.iscoroutinefunction(self._page_function)
        )
        scope = current_scope() or kernel.scope
        run = None
        if self._components is None:
            run = Run(self.app, self._library, kernel, scope, visible=not self._names_page)
        work = self._execute(kernel, scope, run, parts)
        begin(kernel, work, finished, is_async=is_async)

    async def _execute(
        self, kernel: VirtualKernel, scope: Scope, run: Run | None, parts: Sequence[str]
    ) -> None:
        if run is None:
            assert self._components is not None
            self._components.run(kernel)
            return
        result = await run.execute(parts)
        if result is not None and result.is_function and kernel.is_dry_run:
            self._page_function = result.value
        self._names_page = self._names_page or result is not None
        if result is not None and result.is_component:
            try:
                made = self._library.components(self.app, scope.namespace, result.value)
            except AppError:
                raise
            except Exception as error:
                # The modules of a package are imported for its routes.
                raise execution_error(error, self.app.name) from error
            if kernel.is_dry_run:
                self._components = made
                share_with_all(kernel)
            else:
                made.run(kernel)
