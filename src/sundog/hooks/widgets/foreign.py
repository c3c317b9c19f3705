"""Widgets of other kernels: changes are dropped and reported once.

A widget belongs to the kernel that created it. Code that all kernels share (a callback in a module,
a list of widgets) may reference widgets of other pages, and of ended pages. A page must not change
what another one shows, and must not fail because another one has left something behind.
"""

from __future__ import annotations

import logging
import sys
import types
from typing import Any, Final
from weakref import WeakSet, ref

from sundog.errors import ForeignWidgetError
from sundog.kernel import KernelComm
from sundog.scope import Kernel, Scope, current_scope

logger = logging.getLogger(__name__)

_HOME: Final = "_sundog_home"
_REPORTED: Final = "_sundog_reported"


class Home:
    """The kernel that widgets were created in. It outlives the kernel without keeping it."""

    __slots__ = ("is_dry_run", "kernel", "log_id")

    def __init__(self, kernel: Any) -> None:
        self.kernel = ref(kernel)
        self.log_id = kernel.log_id
        self.is_dry_run = kernel.is_dry_run


def note_home(widget: Any, comm: KernelComm) -> None:
    """Remember a widget's kernel, for the time after it is closed."""
    kernel = comm.kernel
    widget.__dict__[_HOME] = kernel.local(Home, lambda: Home(kernel))


def is_at_home(widget: Any) -> bool:
    """Return whether the running code may change a widget, without a closer look.

    That is so outside of kernels, and in the widget's own kernel while it has not ended.
    """
    scope = current_scope()
    if scope is None:
        return True
    kernel = scope.kernel
    comm = widget._trait_values.get("comm")
    return type(comm) is KernelComm and comm.kernel is kernel and not kernel.is_stopped


def dropped(widget: Any, what: str, *, even_of_dry_run: bool = False) -> bool:
    """Return whether an action on a widget is forbidden for the running code, and report it then.

    `what` describes the action, such as "A change of 'value'". Widgets created and closed by the
    dry run are normally left to the code that references them: components use variables of that
    run.
    """
    scope = current_scope()
    if scope is None or not _is_foreign(widget, scope, even_of_dry_run):
        return False
    _report(widget, what, scope)
    return True


def _is_foreign(widget: Any, scope: Scope, even_of_dry_run: bool) -> bool:
    comm = widget.comm
    if isinstance(comm, KernelComm):
        return comm.kernel is not scope.kernel
    home: Home | None = widget.__dict__.get(_HOME)
    if home is None or home.kernel() is scope.kernel:
        return False
    return even_of_dry_run or not home.is_dry_run


def _report(widget: Any, what: str, scope: Scope) -> None:
    kernel = scope.kernel
    reported: WeakSet[Kernel] = widget.__dict__.setdefault(_REPORTED, WeakSet())
    if kernel in reported:
        return
    reported.add(kernel)
    home: Home | None = widget.__dict__.get(_HOME)
    comm = widget.comm
    made_at = comm.made_at if isinstance(comm, KernelComm) else None
    error = ForeignWidgetError(
        f"{what} was dropped: the {type(widget).__name__} belongs to another page"
        f"{'' if home is None else f' (kernel {home.log_id})'}"
        f"{'' if made_at is None else f' and was made at {made_at}'}. Make widgets in the app or in"
        " a callback, and don't keep them in something that all pages share. This is reported once."
    )
    if kernel.development:
        kernel.report_error(error.with_traceback(_stack()), "a widget of another page")
    else:
        logger.warning("[%s] %s", kernel.log_id, error)


def _stack() -> types.TracebackType | None:
    """Return the frames that lead here, like those of an error."""
    trace: types.TracebackType | None = None
    frame: types.FrameType | None = sys._getframe(2)
    while frame is not None:
        trace = types.TracebackType(trace, frame, frame.f_lasti, frame.f_lineno)
        frame = frame.f_back
    return trace
