"""Runs an app: once at start to see whether it works, then for every kernel.

An app that is made of components is run at start only, and rendered for every kernel.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from sundog.app.components import Components, components, is_component
from sundog.app.document import Document
from sundog.app.failures import execution_error
from sundog.app.loader import identity_of
from sundog.app.model import App, Cell, Kind
from sundog.app.result import Result, is_code, named_result, no_result, to_result
from sundog.errors import AppError
from sundog.hooks.cells import execute
from sundog.hooks.matplotlib import close_figures
from sundog.hooks.shell_state import ShellState
from sundog.kernel.context import capture
from sundog.kernel.start import start_callbacks
from sundog.kernel.virtual import VirtualKernel
from sundog.protocol.codec import encode_message

logger = logging.getLogger(__name__)

CLOSE_SECONDS = 10.0


class Runner:
    """An app that can be run for kernels, each time in a namespace of its own.

    The first run's namespace is kept: functions that all kernels share (`sundog.sharing`) live
    there, so that they outlast the pages that call them.
    """

    def __init__(self, app: App, argv: Sequence[str] = (), development: bool = False) -> None:
        self.app = app
        self.development = development
        self._argv = [str(app.path or app.spec), *argv]
        self._names_page = False
        self._components: Components | None = None
        self._first_namespace: dict[str, Any] = {}

    @property
    def name(self) -> str:
        """What the page is called if nothing else is said."""
        return self.app.name

    @property
    def path(self) -> Path | None:
        """Where the app's file is."""
        return self.app.path

    def has_page(self, path: str) -> bool:
        """Whether there is a page under a path, without the slash at its beginning."""
        return not path if self._components is None else self._components.has_page(path)

    def warm_up(self, kernel: VirtualKernel) -> None:
        """Run the app once in a throw-away kernel, which ends with it.

        Raises `AppExecutionError`, `AppResultError` or `AppNotFoundError` where pages would have
        nothing to show.
        """
        self._prepare_process()
        done: Future[None] = Future()

        def finished(error: BaseException | None) -> None:
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)

        def begin() -> None:
            start_callbacks.run(kernel)
            self._start(kernel, finished)

        kernel.is_rehearsal = True
        kernel.submit(begin)
        try:
            done.result()
        finally:
            self._first_namespace = kernel.namespace
            kernel.namespace = {}
            closed = threading.Event()
            kernel.close(closed.set)
            if not closed.wait(CLOSE_SECONDS):
                logger.warning("The first run of %s does not end", self.app.name)

    def run(self, kernel: VirtualKernel) -> None:
        """Run the app for a kernel, on its logical thread; errors are reported to its pages."""

        def finished(error: BaseException | None) -> None:
            if error is not None:
                cause = error.__cause__ if isinstance(error, AppError) else None
                kernel.report_error(cause or error, "the app")
            kernel.publish(encode_message("ready"))

        self._start(kernel, finished)

    def _prepare_process(self) -> None:
        """Do what Python does for a script: its folder comes first, ``sys.argv`` is its own."""
        folder = str(self.app.folder)
        if sys.path[:1] != [folder]:
            sys.path.insert(0, folder)
        sys.argv[:] = self._argv

    def _start(self, kernel: VirtualKernel, finished: Any) -> None:
        async def run() -> None:
            error: BaseException | None = None
            try:
                await self._execute(kernel)
            except (Exception, SystemExit) as raised:  # noqa: BLE001 - the app may raise anything
                error = raised
            finished(error)

        if self.app.is_async and self._components is None:
            task = asyncio.get_running_loop().create_task(run())
            # The loop itself keeps only a weak reference.
            kernel.local(task, lambda: task)
            return
        with contextlib.suppress(StopIteration):
            run().send(None)

    async def _execute(self, kernel: VirtualKernel) -> None:
        if self._components is not None:
            self._components.run(kernel)
            return
        run = _Run(self.app, kernel, visible=not self._names_page)
        result = await run.execute()
        self._names_page = self._names_page or result is not None
        if result is not None and result.is_component:
            try:
                made = components(self.app, kernel.namespace, result.value)
            except AppError:
                raise
            except Exception as error:
                # The modules of a package are imported for its routes.
                raise execution_error(error, self.app.name) from error
            if kernel.is_rehearsal:
                self._components = made
            else:
                made.run(kernel)


class _Run:
    """One run of an app for one kernel."""

    def __init__(self, app: App, kernel: VirtualKernel, *, visible: bool) -> None:
        self._app = app
        self._kernel = kernel
        self._shell = InteractiveShell.instance()
        self._state = kernel.local(ShellState, ShellState)
        self._document = Document(kernel, visible=visible)
        self._namespace = kernel.namespace
        self._namespace.clear()
        self._namespace.update(identity_of(app))
        self._namespace.update(display=display, get_ipython=self._shell.get_ipython)

    async def execute(self) -> Result | None:
        """Run all cells and show the result; return what the app names as its page."""
        last = None
        for cell in self._app.cells:
            last = await self._cell(cell)
        try:
            result = named_result(self._app, self._namespace)
            if result is None and is_component(last) and self._app.kind is not Kind.NOTEBOOK:
                result = to_result(last)
            if result is not None and result.is_component:
                return result
            if result is not None:
                close_figures()
                self._document.hide()
                result.show()
            elif self._app.kind is not Kind.NOTEBOOK:
                self._show_last(last)
            if self._document.is_empty:
                raise no_result(self._app, last)
        finally:
            self._shell.events.trigger("post_execute")
        return result

    async def _cell(self, cell: Cell) -> Any:
        if self._app.kind is not Kind.NOTEBOOK:
            return await self._guarded(cell)
        section = self._document.section(hidden=cell.hidden)
        for item in cell.shown:
            section.append(item)
        with capture(section):
            value = await self._guarded(cell)
        section.flush()
        return value

    async def _guarded(self, cell: Cell) -> Any:
        if cell.code is None:
            return None
        self._state.errors.clear()
        value = None
        try:
            self._shell.events.trigger("pre_execute")
            value = await execute(cell.code, self._namespace)
            if self._app.kind is Kind.NOTEBOOK and not cell.code.quiet and not _shows_itself(value):
                self._shell.displayhook(value)
        except (Exception, SystemExit) as error:
            if not cell.may_raise or isinstance(error, SystemExit):
                raise execution_error(error, self._app.name) from error
            self._shell.showtraceback((type(error), error, error.__traceback__))
        if self._app.kind is Kind.NOTEBOOK:
            self._shell.events.trigger("post_execute")
        # What magics caught and showed is an error of the cell all the same.
        if self._state.errors and not cell.may_raise:
            shown = self._state.errors[0]
            raise execution_error(shown, self._app.name) from shown
        return value

    def _show_last(self, value: Any) -> None:
        """Show the value of a script's last expression, and its open figures if it has no other."""
        result = None
        if value is not None and not _shows_itself(value) and not is_code(value):
            result = to_result(value)
        if result is not None and result.is_rich:
            close_figures()
            result.show()
            return
        self._shell.events.trigger("post_execute")
        if result is not None and self._document.is_empty:
            result.show()


def _shows_itself(value: Any) -> bool:
    """Whether a value was shown when it was made: `interact` returns the function it was given."""
    return is_code(value) and hasattr(value, "widget")
