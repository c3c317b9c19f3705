"""Provides a shell to IPython: `display`, `get_ipython`, magics, tracebacks of callbacks.

Upstream reasons:

- `IPython.display` shows objects through the process's shell, `InteractiveShell.instance()`, and
  ipywidgets passes errors of callbacks to it.
- In Jupyter, the kernel triggers ``pre_execute`` and ``post_execute`` around every message of a
  widget; matplotlib then draws the figures that are still open.
- `IPython.utils.capture.capture_output` assigns to ``sys.stdout`` and to the shell.
- ipywidgets' `interact` asks matplotlib for its backend by a name that no longer exists.
- Libraries (rich, pandas) use the built-in `get_ipython`, which IPython adds while it runs code, to
  know whether a page shows what they display.
"""

from __future__ import annotations

import atexit
import builtins
import functools
import io
import sys
from collections.abc import Callable
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils import capture as capture_module
from ipywidgets import Widget
from ipywidgets.widgets import interaction

from sundog.hooks.core.replaced import Replaced
from sundog.hooks.ipython import run_magic
from sundog.hooks.ipython.shell import SundogShell
from sundog.output import enter, leave, route
from sundog.scope import current_scope

BACKEND = "matplotlib_inline.backend_inline"


def install() -> Callable[[], None]:
    """Create the shell and install it; return a function that removes it."""
    replaced = Replaced()
    replaced.callback(_install_shell())
    replaced.set(builtins, "get_ipython", get_ipython)
    replaced.set(Widget, "_handle_msg", _with_events(Widget._handle_msg))
    replaced.set(interaction, "show_inline_matplotlib_plots", flush_figures)
    replaced.set(capture_module.capture_output, "__enter__", _capture_enter())
    replaced.set(capture_module.capture_output, "__exit__", _capture_exit())
    return replaced.close


def _install_shell() -> Callable[[], None]:
    classes = [c for c in SundogShell.mro() if issubclass(c, InteractiveShell)]
    former = {c: c.__dict__.get("_instance") for c in classes}
    for c in classes:
        c._instance = None
    shell = SundogShell.instance()
    run_magic.register(shell)
    shell.display_formatter.formatters["image/png"].for_type_by_name(
        "matplotlib.figure", "Figure", _figure_as_png
    )

    def uninstall() -> None:
        for c, instance in former.items():
            c._instance = instance
        atexit.unregister(shell.atexit_operations)

    return uninstall


def _figure_as_png(figure: Any) -> Any:
    """Draw a figure that was created without pyplot, before any backend was loaded."""
    from IPython.core.pylabtools import print_figure

    return print_figure(figure, fmt="png", base64=True)


def flush_figures() -> None:
    """Show the open figures, if matplotlib shows figures inline."""
    backend = sys.modules.get(BACKEND)
    if backend is not None:
        backend.flush_figures()


def _with_events(handle_msg: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(handle_msg)
    def handle_msg_with_events(self: Any, msg: Any) -> None:
        events = InteractiveShell.instance().events
        events.trigger("pre_execute")
        handle_msg(self, msg)
        events.trigger("post_execute")

    return handle_msg_with_events


class Captured:
    """The area of an IPython `capture_output` block."""

    def __init__(self, stdout: Any, stderr: Any, outputs: list[Any] | None) -> None:
        self._streams = {"stdout": stdout, "stderr": stderr}
        self._outputs = outputs

    def append(self, item: dict[str, Any]) -> None:
        """Add an item."""
        kind = item["output_type"]
        if kind == "stream":
            stream = self._streams[item["name"]]
            if stream is None:
                route(item)
            else:
                stream.write(item["text"])
        elif self._outputs is None:
            route(item)
        elif kind == "clear_output":
            self._outputs.clear()
        elif kind != "error":
            self._outputs.append(
                {
                    "data": item["data"],
                    "metadata": item["metadata"],
                    "transient": item.get("transient"),
                    "update": kind == "update_display_data",
                }
            )


def _capture_enter() -> Callable[..., Any]:
    enter_block = capture_module.capture_output.__enter__

    @functools.wraps(enter_block)
    def enter_in_kernel(self: Any) -> Any:
        scope = current_scope()
        if scope is None:
            return enter_block(self)
        stdout = io.StringIO() if self.stdout else None
        stderr = io.StringIO() if self.stderr else None
        outputs: list[Any] | None = [] if self.display else None
        enter(self, Captured(stdout, stderr, outputs), scope)
        return capture_module.CapturedIO(stdout, stderr, outputs)

    return enter_in_kernel


def _capture_exit() -> Callable[..., Any]:
    exit_block = capture_module.capture_output.__exit__

    @functools.wraps(exit_block)
    def exit_in_kernel(self: Any, *details: Any) -> None:
        if current_scope() is None:
            exit_block(self, *details)
        else:
            leave(self)

    return exit_in_kernel
