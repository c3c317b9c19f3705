"""One run of an app for one kernel: its cells, what they show, and the result."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from ipywidgets import Widget

from sundog.app.components import ComponentLibrary
from sundog.app.loading.failures import execution_error
from sundog.app.loading.loader import fill_namespace
from sundog.app.loading.markdown import pictures_in
from sundog.app.loading.model import App, Cell, Kind
from sundog.app.running.arguments import bind
from sundog.app.running.document import Document
from sundog.app.running.pictures import WithPictures
from sundog.app.running.result import (
    NAMES,
    Result,
    cannot_be_shown,
    is_code,
    named_result,
    no_result,
    to_result,
)
from sundog.errors import AppError, AppResultError
from sundog.hooks.ipython.cells import execute
from sundog.hooks.ipython.executions import execution_info, execution_result
from sundog.hooks.ipython.shell_state import ShellState
from sundog.hooks.matplotlib.hook import close_figures
from sundog.kernel import VirtualKernel
from sundog.scope import Scope, capture

logger = logging.getLogger(__name__)

Finished = Callable[[BaseException | None], None]


def begin(
    kernel: VirtualKernel,
    work: Coroutine[Any, Any, None],
    finished: Finished,
    *,
    is_async: bool,
) -> None:
    """Run something on the kernel's logical thread: now, or as a task if it may wait."""

    async def run() -> None:
        error: BaseException | None = None
        try:
            await work
        except (Exception, SystemExit) as raised:  # noqa: BLE001 - the app may raise anything
            error = raised
        if is_async:
            # A task has variables of its own; those of other code are the kernel's already.
            kernel.keep_context_variables()
        finished(error)

    if is_async:
        task = asyncio.get_running_loop().create_task(run())
        # The loop itself keeps only a weak reference.
        kernel.local(task, lambda: task)
        return
    with contextlib.suppress(StopIteration):
        run().send(None)


def finish(kernel: VirtualKernel, error: BaseException | None) -> None:
    """Report to the pages that a run has ended, and its error if it has failed."""
    cause = error.__cause__ if isinstance(error, AppError) else None
    kernel.run_ended(cause or error)


async def show_page(
    document: Document,
    function: Callable[..., Any],
    parts: Sequence[str],
    app: App,
    library: ComponentLibrary,
) -> None:
    """Show the result of a page's function, besides its displayed output."""
    arguments = bind(function, parts)
    if arguments is None:
        raise AppResultError(
            f"Page in {app.name} does not accept {list(parts)!r} as its arguments."
        )
    try:
        value = function(*arguments)
        if inspect.isawaitable(value):
            value = await value
    except (Exception, SystemExit) as error:
        raise execution_error(error, app.name, app.folder_of_file) from error
    if value is not None:
        result = to_result(value, library)
        if not isinstance(value, Widget) and not result.is_rich:
            raise AppResultError(cannot_be_shown(value, f"the result of Page in {app.name}"))
        close_figures()
        result.show()
    if document.is_empty:
        raise no_result(app, None)


def _can_be_tried(function: Callable[..., Any]) -> bool:
    return bind(function, ()) is not None and not inspect.iscoroutinefunction(function)


class Run:
    """One run of an app for one kernel."""

    def __init__(
        self,
        app: App,
        library: ComponentLibrary,
        kernel: VirtualKernel,
        scope: Scope,
        *,
        visible: bool,
    ) -> None:
        self._app = app
        self._library = library
        self._kernel = kernel
        self._shell = InteractiveShell.instance()
        self._state = kernel.local(ShellState, ShellState)
        folder = app.folder_of_file
        is_notebook = app.kind is Kind.NOTEBOOK
        self._pictures = pictures_in(folder) if is_notebook and folder is not None else None
        # Whether a cell's code displays something.
        self._code_displays = False
        self._document = Document(kernel, scope, visible=visible)
        self._namespace = scope.namespace
        fill_namespace(self._namespace, app)
        self._namespace.update(display=display, get_ipython=self._shell.get_ipython)

    async def execute(self, parts: Sequence[str]) -> Result | None:
        """Run all cells and show the result; return what the app names as its page."""
        last = None
        count = len(self._app.cells)
        for number, cell in enumerate(self._app.cells, start=1):
            what = f"cell {number} of {count}" if count > 1 else self._app.name
            self._kernel.on_progress(f"Running {what}…")
            last = await self._cell(cell)
        self._kernel.on_progress("Building the page…")
        try:
            result = named_result(self._app, self._namespace, self._library)
            if result is None and self._library.renders(last) and not self._app.is_document:
                result = to_result(last, self._library)
            if result is not None and result.is_component:
                return result
            if result is not None and not result.is_component:
                self._report_hidden()
            if result is not None and result.is_function:
                close_figures()
                self._document.hide()
                # In the dry run, there are no arguments, and it must not wait.
                if not self._kernel.is_dry_run or _can_be_tried(result.value):
                    await show_page(self._document, result.value, parts, self._app, self._library)
                return result
            if result is not None:
                close_figures()
                self._document.hide()
                result.show()
            elif not self._app.is_document:
                self._show_last(last)
            # A text may be empty.
            if self._document.is_empty and self._app.kind is not Kind.MARKDOWN:
                raise no_result(self._app, last)
        finally:
            self._shell.events.trigger("post_execute")
        return result

    def _report_hidden(self) -> None:
        """Log at the start that the page shows one object only, where code displays others too."""
        app = self._app
        displays = self._code_displays if app.is_document else not self._document.is_empty
        if not displays or not self._kernel.is_dry_run or app.object_path is not None:
            return
        name = next((name for name in NAMES if self._namespace.get(name) is not None), "")
        logger.warning(
            "%s shows only its variable %s, not its other output. Rename the variable to show "
            "everything.",
            app.name,
            name,
        )

    async def _cell(self, cell: Cell) -> Any:
        if not self._app.is_document:
            return await self._guarded(cell)
        section = self._document.section(hidden=cell.hidden)
        for item in cell.shown:
            section.append(item)
        with capture(section if self._pictures is None else WithPictures(section, self._pictures)):
            value = await self._guarded(cell)
        section.flush()
        self._code_displays |= cell.code is not None and section.shows_something
        return value

    async def _guarded(self, cell: Cell) -> Any:
        if cell.code is None:
            return None
        self._state.errors.clear()
        value = None
        try:
            self._shell.events.trigger("pre_execute")
            if self._app.kind is Kind.NOTEBOOK:
                self._state.history.begin(self._namespace, cell.code.source)
                self._shell.events.trigger("pre_run_cell", execution_info(cell.code.source))
            value = await execute(cell.code, self._namespace)
            if self._app.kind is Kind.NOTEBOOK and not cell.code.quiet:
                self._state.history.note_value(self._namespace, value)
                if not _shows_itself(value):
                    self._shell.displayhook(value)
        except (Exception, SystemExit) as error:
            if not cell.may_raise or isinstance(error, SystemExit):
                raise execution_error(error, self._app.name, self._app.folder_of_file) from error
            self._shell.showtraceback((type(error), error, error.__traceback__))
        if self._app.kind is Kind.NOTEBOOK:
            self._shell.events.trigger("post_execute")
            info = execution_info(cell.code.source)
            self._shell.events.trigger("post_run_cell", execution_result(info, value))
        # An error that a magic has caught and shown is an error of the cell all the same.
        if self._state.errors and not cell.may_raise:
            shown = self._state.errors[0]
            raise execution_error(shown, self._app.name, self._app.folder_of_file) from shown
        return value

    def _show_last(self, value: Any) -> None:
        """Show the value of a script's last expression, and its open figures if it has no other."""
        result = None
        if value is not None and not _shows_itself(value) and not is_code(value):
            result = to_result(value, self._library)
        if result is not None and result.is_rich:
            close_figures()
            result.show()
            return
        self._shell.events.trigger("post_execute")
        if result is not None and self._document.is_empty:
            result.show()


def _shows_itself(value: Any) -> bool:
    """Whether a value was shown when it was created: `interact` returns its function."""
    return is_code(value) and hasattr(value, "widget")
