"""The shell that IPython's code finds in a Sundog process.

One shell serves all kernels: `display`, `get_ipython`, magics and rich output work in an app as in
a notebook. State of a user (namespace, callbacks of events, loaded extensions, registered magics
and formatters) belongs to the running kernel.

It creates no files or threads, and leaves `sys` alone.
"""

from __future__ import annotations

import contextlib
import sys
import traceback
from typing import Any

from IPython.core.error import UsageError
from IPython.core.events import available_events
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.profiledir import ProfileDir
from traitlets import Type
from traitlets.config import Config

from sundog.hooks.core.kernel_dict import KernelDict
from sundog.hooks.core.leaving import end_kernel
from sundog.hooks.core.tracebacks import error_item
from sundog.hooks.ipython.cells import Code, compile_code, execute_now
from sundog.hooks.ipython.compat import load_for_all, no_database
from sundog.hooks.ipython.display import KernelDisplayFormatter, KernelDisplayHook, KernelPublisher
from sundog.hooks.ipython.executions import execution_info, execution_result
from sundog.hooks.ipython.shell_kernel import ShellHistory, ShellKernel
from sundog.hooks.ipython.shell_state import (
    KernelEvents,
    KernelExtensions,
    NoTrap,
    ShellState,
    shell_state,
)
from sundog.kernel import current_kernel
from sundog.scope import current_area, current_scope


class SundogShell(InteractiveShell):  # type: ignore[misc]
    """The process's shell."""

    display_pub_class = Type(KernelPublisher)
    displayhook_class = Type(KernelDisplayHook)

    _shared_configurables: list[Any]

    def __init__(self, **kwargs: Any) -> None:
        self._scratch: dict[str, Any] = {}
        self._scratch_hidden: dict[str, Any] = {}
        self._history = ShellHistory()
        # Libraries check this to know whether a page shows what they display.
        config = Config({"IPKernelApp": {"parent_appname": "sundog"}})
        with no_database():
            super().__init__(config=config, display_page=True, colors="nocolor", **kwargs)
        self.kernel = ShellKernel(self)

    # What a shell in a terminal would set up, and a server has no use for ------------------------

    def init_ipython_dir(self, ipython_dir: Any) -> None:
        """Create no directory."""

    def init_profile_dir(self, profile_dir: Any) -> None:
        """Create no profile, because this one has no folder."""
        self.profile_dir = ProfileDir()

    def init_virtualenv(self) -> None:
        """Leave ``sys.path`` alone."""

    def save_sys_module_state(self) -> None:
        """Save nothing, because nothing is changed."""

    def restore_sys_module_state(self) -> None:
        """Restore nothing, because nothing was changed."""

    def init_sys_modules(self) -> None:
        """Do nothing: `sundog.hooks.core.main_module` handles ``__main__``."""

    def init_history(self) -> None:
        """Create nothing: each kernel keeps its own history, in memory."""

    def init_prompts(self) -> None:
        """Set no prompts, which libraries would take for an interactive terminal."""

    def init_completer(self) -> None:
        """Complete nothing."""
        self.Completer = None

    def init_user_ns(self) -> None:
        """Add nothing to namespaces; the app's runner does."""

    def init_builtins(self) -> None:
        """Leave the builtins alone."""
        self.builtin_trap = NoTrap(shell=self)

    def init_create_namespaces(self, user_module: Any = None, user_ns: Any = None) -> None:
        """Do nothing: namespaces belong to the kernels."""
        self._main_mod_cache: dict[str, Any] = {}
        self.ns_table: dict[str, Any] = {}

    def atexit_operations(self) -> None:
        """Remove temporary files."""
        for file in self.tempfiles:
            with contextlib.suppress(OSError):
                file.unlink()

    # What is each kernel's ----------------------------------------------------------------------

    @property
    def user_ns(self) -> dict[str, Any]:
        """The namespace of the running code's script or notebook."""
        scope = current_scope()
        return self._scratch if scope is None else scope.namespace

    @user_ns.setter
    def user_ns(self, namespace: dict[str, Any]) -> None:
        """Keep the kernel's, which can be filled but not replaced."""

    @property
    def user_global_ns(self) -> dict[str, Any]:
        """The same namespace."""
        return self.user_ns

    @property
    def user_module(self) -> Any:
        """``__main__``, which shows the running kernel's namespace."""
        return sys.modules["__main__"]

    @property
    def db(self) -> dict[str, Any]:
        """The values of `%store`, for as long as the kernel lives."""
        state = shell_state()
        return {} if state is None else state.stored

    @db.setter
    def db(self, database: Any) -> None:
        """Keep the kernel's."""

    @property
    def history_manager(self) -> ShellHistory:
        """The cells that the running kernel has run."""
        return self._history

    @history_manager.setter
    def history_manager(self, history: Any) -> None:
        """Keep the existing one."""

    @property
    def execution_count(self) -> int:
        """The number of the running cell."""
        state = shell_state()
        return 1 if state is None else max(state.history.count, 1)

    @execution_count.setter
    def execution_count(self, count: int) -> None:
        """Keep the kernel's, which counts cells as they run."""

    @property
    def user_ns_hidden(self) -> dict[str, Any]:
        """Names that `%who` leaves out."""
        state = shell_state()
        return self._scratch_hidden if state is None else state.hidden

    @property
    def configurables(self) -> list[Any]:
        """The objects that `%config` can configure."""
        state = shell_state()
        if state is None:
            return self._shared_configurables
        if not state.configurables:
            state.configurables = list(self._shared_configurables)
        return state.configurables

    @configurables.setter
    def configurables(self, configurables: list[Any]) -> None:
        self._shared_configurables = configurables

    # Components ----------------------------------------------------------------------------------

    def init_events(self) -> None:
        """Create the events, with callbacks for all and for each kernel."""
        self.events = KernelEvents(self, available_events)

    def init_extension_manager(self) -> None:
        """Create the extension manager."""
        self.extension_manager = KernelExtensions(shell=self, parent=self)
        self.configurables.append(self.extension_manager)

    def init_display_formatter(self) -> None:
        """Create the formatters. Those that an app registers belong to its kernel."""
        formatter = KernelDisplayFormatter(parent=self)
        all_formatters = (
            *formatter.formatters.values(),
            formatter.ipython_display_formatter,
            formatter.mimebundle_formatter,
        )
        for each in all_formatters:
            for table in ("singleton_printers", "type_printers", "deferred_printers"):
                setattr(each, table, KernelDict(getattr(each, table)))
        self.display_formatter = formatter
        self.configurables.append(formatter)

    def init_magics(self) -> None:
        """Create the magics. Those that an app registers belong to its kernel."""
        super().init_magics()
        manager = self.magics_manager
        manager.magics = {kind: KernelDict(table) for kind, table in manager.magics.items()}
        load_for_all(manager)

    # Running -------------------------------------------------------------------------------------

    def compile_cell(self, source: str) -> Code:
        """Compile a cell for a magic or an extension."""
        state = shell_state()
        number = 0
        if state is not None:
            state.cells += 1
            number = state.cells
        return compile_code(self.transform_cell(source), f"<cell {number}>", is_cell=True)

    def run_cell(self, raw_cell: str, *args: Any, **kwargs: Any) -> Any:
        """Run a cell in the running kernel's namespace, show its value, and return the result."""
        result = execution_result(execution_info(raw_cell))
        try:
            code = self.compile_cell(raw_cell)
        except Exception as error:  # noqa: BLE001 - the caller asks the result
            result.error_before_exec = error
            self.showtraceback()
            return result
        try:
            value = execute_now(code, self.user_ns)
            result.result = value
            if not code.quiet:
                self.displayhook(value)
        except Exception as error:  # noqa: BLE001 - the caller asks the result
            result.error_in_exec = error
            self.showtraceback()
        finally:
            self.events.trigger("post_execute")
        return result

    def showtraceback(
        self,
        exc_tuple: Any = None,
        filename: Any = None,
        tb_offset: Any = None,
        exception_only: bool = False,
        running_compiled_code: bool = False,
    ) -> None:
        """Show an error in the running code's output area, or report it to its kernel."""
        error = exc_tuple[1] if exc_tuple is not None else sys.exc_info()[1]
        if error is None:
            return
        kernel = current_kernel()
        if kernel is None:
            traceback.print_exception(error)
            return
        if isinstance(error, UsageError):
            print(f"UsageError: {error}", file=sys.stderr)
        elif (area := current_area()) is not None:
            area.append(error_item(error, kernel, "a callback"))
        else:
            kernel.report_error(error, "a callback")
        kernel.local(ShellState, ShellState).errors.append(error)

    showsyntaxerror = showtraceback

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        self.showtraceback((etype, evalue, None))

    def enable_gui(self, gui: Any = None) -> None:
        """Do nothing for ``inline``; other GUI toolkits have no screen to draw on."""
        if gui not in (None, "inline", "auto", "agg", "widget", "ipympl", "notebook", "nbagg"):
            print(f"A server can't open {gui} windows.", file=sys.stderr)

    def ask_exit(self) -> None:
        """End the running kernel; the server continues."""
        kernel = current_kernel()
        if kernel is not None:
            end_kernel(kernel)


# Libraries recognise a shell with a page by the name of Jupyter's.
SundogShell.__name__ = SundogShell.__qualname__ = "ZMQInteractiveShell"
