"""The shell that IPython's machinery finds in a Sundog process.

One shell serves all kernels: `display`, `get_ipython`, magics and rich output work in an app as
they do in a notebook. What belongs to a user (namespace, callbacks of events, loaded extensions,
registered magics and formatters) belongs to the running kernel.

It keeps no history, makes no files or threads, and leaves `sys` and `builtins` alone.
"""

from __future__ import annotations

import base64
import contextlib
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any

from IPython.core.builtin_trap import BuiltinTrap
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import UsageError
from IPython.core.events import EventManager, available_events
from IPython.core.extensions import ExtensionManager
from IPython.core.formatters import DisplayFormatter
from IPython.core.interactiveshell import (
    ExecutionInfo,
    ExecutionResult,
    InteractiveShell,
)
from ipywidgets import Widget
from traitlets import Type
from traitlets.config import Config

from sundog.hooks.areas import update_display
from sundog.hooks.cells import Code, compile_code, execute_now
from sundog.hooks.kernel_dict import KernelDict
from sundog.hooks.layers import route
from sundog.hooks.tracebacks import error_item
from sundog.kernel.context import current_area, current_kernel, scoped

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class ShellState:
    """What one kernel has of the shell."""

    __slots__ = ("cells", "configurables", "errors", "events", "extensions", "hidden")

    def __init__(self) -> None:
        self.events: dict[str, list[Callable[..., Any]]] = {}
        self.extensions: set[str] = set()
        self.hidden: dict[str, Any] = {}
        self.configurables: list[Any] = []
        self.errors: list[BaseException] = []
        self.cells = 0


def shell_state() -> ShellState | None:
    """Return the running kernel's state, None outside of kernels."""
    kernel = current_kernel()
    return None if kernel is None else kernel.local(ShellState, ShellState)


class KernelPublisher(DisplayPublisher):  # type: ignore[misc]
    """Publishes to the running code's output area, else to the page."""

    def _setup_execution_tracking(self) -> None:
        """Do nothing: there is no execution count to track."""

    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        source: Any = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        """Show data, or change what was shown under the same display id."""
        kernel = current_kernel()
        if kernel is None:
            if "text/plain" in data:
                print(data["text/plain"])
            return
        item: dict[str, Any] = {
            "output_type": "display_data",
            "data": encoded(data),
            "metadata": metadata or {},
        }
        if transient:
            item["transient"] = transient
        if not update:
            route(item)
        elif transient and "display_id" in transient:
            update_display(kernel, {**item, "output_type": "update_display_data"})

    def clear_output(self, wait: bool = False) -> None:
        """Clear the running code's output area, or the page."""
        route({"output_type": "clear_output", "wait": bool(wait)})


def encoded(data: dict[str, Any]) -> dict[str, Any]:
    """Return a mime bundle whose bytes are text, as nbformat has them."""
    if not any(isinstance(value, bytes) for value in data.values()):
        return data
    return {
        mime: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for mime, value in data.items()
    }


class KernelDisplayHook(DisplayHook):  # type: ignore[misc]
    """Shows the value of a cell's last expression."""

    def __call__(self, result: Any = None) -> None:
        """Show a value, unless it is None."""
        if result is None:
            return
        self.shell.user_ns["_"] = result
        data, metadata = self.shell.display_formatter.format(result)
        if data:
            self.shell.display_pub.publish(data, metadata)


class KernelDisplayFormatter(DisplayFormatter):  # type: ignore[misc]
    """Formats widgets without the cost of their whole repr."""

    def format(
        self, obj: Any, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return an object's mime bundle and its metadata."""
        plain = type(obj)._repr_mimebundle_ if isinstance(obj, Widget) else None
        if plain is None or plain is not Widget._repr_mimebundle_ or include or exclude:
            bundle: tuple[dict[str, Any], dict[str, Any]] = super().format(obj, include, exclude)
            return bundle
        if obj._view_name is None:
            return {"text/plain": f"<{type(obj).__name__}>"}, {}
        view = {"version_major": 2, "version_minor": 0, "model_id": obj.model_id}
        return {"text/plain": f"<{type(obj).__name__}>", WIDGET_VIEW: view}, {}


class KernelEvents(EventManager):  # type: ignore[misc]
    """Callbacks registered outside of kernels are for all; others for their own kernel."""

    def register(self, event: str, function: Callable[..., Any]) -> None:
        """Call a function at every event of a kind."""
        state = shell_state()
        if state is None or function in self.callbacks[event]:
            super().register(event, function)
            return
        own = state.events.setdefault(event, [])
        if function not in own:
            own.append(function)

    def unregister(self, event: str, function: Callable[..., Any]) -> None:
        """End what `register` began; a kernel can't unregister for all."""
        state = shell_state()
        if state is None:
            super().unregister(event, function)
        elif function in state.events.get(event, ()):
            state.events[event].remove(function)
        elif function not in self.callbacks[event]:
            raise ValueError(f"Function {function!r} is not registered as a {event} callback")

    def trigger(self, event: str, *args: Any, **kwargs: Any) -> None:
        """Call back; errors are shown, not raised."""
        state = shell_state()
        own = state.events.get(event, ()) if state is not None else ()
        for function in (*self.callbacks[event], *own):
            try:
                function(*args, **kwargs)
            except Exception:  # noqa: BLE001 - the boundary between libraries and the app
                self.shell.showtraceback()


class KernelExtensions(ExtensionManager):  # type: ignore[misc]
    """Each kernel loads an extension for itself."""

    @property
    def loaded(self) -> set[str]:
        """The names of those that the running kernel has loaded."""
        state = shell_state()
        return self._shared if state is None else state.extensions

    @loaded.setter
    def loaded(self, names: set[str]) -> None:
        self._shared = names


class NoTrap(BuiltinTrap):  # type: ignore[misc]
    """Adds nothing to the builtins: they belong to the process."""

    def __enter__(self) -> NoTrap:
        return self

    def __exit__(self, *details: Any) -> None:
        pass


class SundogShell(InteractiveShell):  # type: ignore[misc]
    """The process's shell."""

    display_pub_class = Type(KernelPublisher)
    displayhook_class = Type(KernelDisplayHook)

    _shared_configurables: list[Any]

    def __init__(self, **kwargs: Any) -> None:
        self._scratch: dict[str, Any] = {}
        self._scratch_hidden: dict[str, Any] = {}
        # Libraries look here to know whether a page shows what they display.
        config = Config({"IPKernelApp": {"parent_appname": "sundog"}})
        super().__init__(config=config, display_page=True, colors="nocolor", **kwargs)

    # What a shell in a terminal would set up, and a server has no use for ------------------------

    def init_ipython_dir(self, ipython_dir: Any) -> None:
        """Make no directory."""

    def init_profile_dir(self, profile_dir: Any) -> None:
        """Make no profile."""

    def init_virtualenv(self) -> None:
        """Leave ``sys.path`` alone."""

    def save_sys_module_state(self) -> None:
        """Nothing is changed, so nothing is saved."""

    def restore_sys_module_state(self) -> None:
        """Nothing was changed."""

    def init_sys_modules(self) -> None:
        """``__main__`` is the business of `sundog.hooks.main_module`."""

    def init_history(self) -> None:
        """Keep no history."""
        self.history_manager = None

    def init_prompts(self) -> None:
        """Set no prompts: libraries take them for a person at a keyboard."""

    def init_completer(self) -> None:
        """Complete nothing."""
        self.Completer = None

    def init_user_ns(self) -> None:
        """Put nothing into namespaces; the app's runner does."""

    def init_builtins(self) -> None:
        """Leave the builtins alone."""
        self.builtin_trap = NoTrap(shell=self)

    def init_create_namespaces(self, user_module: Any = None, user_ns: Any = None) -> None:
        """Namespaces are the kernels'."""
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
        """The namespace of the running kernel's app."""
        kernel = current_kernel()
        return self._scratch if kernel is None else kernel.namespace

    @user_ns.setter
    def user_ns(self, namespace: dict[str, Any]) -> None:
        """Keep the kernel's: it can be filled, not replaced."""

    @property
    def user_global_ns(self) -> dict[str, Any]:
        """The same namespace."""
        return self.user_ns

    @property
    def user_module(self) -> Any:
        """``__main__``, which shows the running kernel's namespace."""
        return sys.modules["__main__"]

    @property
    def user_ns_hidden(self) -> dict[str, Any]:
        """Names that `%who` leaves out."""
        state = shell_state()
        return self._scratch_hidden if state is None else state.hidden

    @property
    def configurables(self) -> list[Any]:
        """What `%config` can configure."""
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
        """Make the events, with callbacks for all and for each kernel."""
        self.events = KernelEvents(self, available_events)

    def init_extension_manager(self) -> None:
        """Make the extension manager."""
        self.extension_manager = KernelExtensions(shell=self, parent=self)
        self.configurables.append(self.extension_manager)

    def init_display_formatter(self) -> None:
        """Make the formatters; what an app registers is its kernel's."""
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
        """Make the magics; what an app registers is its kernel's."""
        super().init_magics()
        manager = self.magics_manager
        manager.magics = {kind: KernelDict(table) for kind, table in manager.magics.items()}
        _load_for_all(manager)

    # Running -------------------------------------------------------------------------------------

    def compile_cell(self, source: str) -> Code:
        """Compile a cell that a magic or an extension wants to be run."""
        state = shell_state()
        number = 0
        if state is not None:
            state.cells += 1
            number = state.cells
        return compile_code(self.transform_cell(source), f"<cell {number}>", is_cell=True)

    def run_cell(self, raw_cell: str, *args: Any, **kwargs: Any) -> Any:
        """Run a cell in the running kernel's namespace, show its value, and return the result."""
        info = ExecutionInfo(raw_cell, False, False, True, None)
        result = ExecutionResult(info)
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
        """Do nothing: an app can't end the server."""


def _load_for_all(manager: Any) -> None:
    """Have magics that IPython loads at their first use loaded once, for all kernels."""
    load = getattr(manager, "load_lazy", None)
    if load is None:
        # Before IPython 9.14 they are all loaded with the shell.
        return
    # The lock guards the list of what has been loaded, which is written before the loading.
    lock = threading.RLock()

    def load_lazy(magic_name: str, magic_kind: str | None = None) -> None:
        with lock, scoped(None):
            load(magic_name, magic_kind)

    manager.load_lazy = load_lazy
