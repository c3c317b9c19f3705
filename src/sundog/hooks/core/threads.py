"""Threads and executor jobs belong to the kernel that started them.

Upstream reason: a new thread starts with an empty context (always before Python 3.14, and by
default on builds with the GIL after it), so it would not know its kernel. Only Sundog's own
variable is passed on, for one job at a time, because a pool's worker thread serves many kernels.

An error that ends a kernel's thread is shown in its pages. Python itself would print it to a stream
of the process.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from sundog.hooks.core.module_attributes import own_attribute
from sundog.hooks.core.tracebacks import error_item
from sundog.scope import Scope, current_scope, scoped

# The attribute of a failed thread with the scope that it was started in.
_FAILED = "_sundog_failed"


def install() -> Callable[[], None]:
    """Wrap `Thread.start` and `ThreadPoolExecutor.submit`; return what restores them."""
    start = threading.Thread.start
    submit = ThreadPoolExecutor.submit
    excepthook = threading.excepthook

    def start_in_scope(self: threading.Thread) -> None:
        scope = current_scope()
        if scope is None or self.ident is not None:
            start(self)
            return
        _carry(self, scope)
        try:
            start(self)
        except BaseException:
            # The system can't provide a thread, and the object must not keep the kernel alive.
            vars(self).pop("run", None)
            raise

    def submit_in_scope(
        self: ThreadPoolExecutor, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Future[Any]:
        scope = current_scope()
        if scope is None:
            return submit(self, fn, *args, **kwargs)
        # A worker thread started by this call must not belong to the kernel.
        with scoped(None):
            return submit(self, _run_in_scope, scope, fn, *args, **kwargs)

    def report_in_scope(args: Any) -> None:
        scope = None if args.thread is None else vars(args.thread).pop(_FAILED, None)
        if scope is None or args.exc_value is None:
            excepthook(args)
        elif not issubclass(args.exc_type, SystemExit):
            own_hook = own_attribute(scope.kernel, "threading", "excepthook")
            if own_hook is not None:
                with scoped(scope):
                    own_hook(args)
                return
            _report(args.exc_value, scope, args.thread.name)

    threading.excepthook = report_in_scope
    threading.Thread.start = start_in_scope  # type: ignore[method-assign]
    ThreadPoolExecutor.submit = submit_in_scope  # type: ignore[assignment, method-assign]

    def uninstall() -> None:
        if threading.excepthook is report_in_scope:
            threading.excepthook = excepthook
        threading.Thread.start = start  # type: ignore[method-assign]
        ThreadPoolExecutor.submit = submit  # type: ignore[method-assign]

    return uninstall


def _carry(thread: threading.Thread, scope: Scope) -> None:
    run = thread.run
    if _target_globals(thread) is scope.namespace:
        scope.kernel.threads.add(thread)
    else:
        # Others may rely on what a library or a shared module has started.
        scope = scope.of_library()

    def run_in_scope() -> None:
        # The instance's own attribute would keep the thread object in a cycle.
        vars(thread).pop("run", None)
        try:
            with scoped(scope):
                run()
        except BaseException:
            # Python calls its hook with the thread after the scope has been left.
            vars(thread)[_FAILED] = scope
            raise

    thread.run = run_in_scope  # type: ignore[method-assign]


def _target_globals(thread: threading.Thread) -> object:
    """Return the names that a thread's function sees: the app's, or those of a module."""
    target: Any = vars(thread).get("_target") or type(thread).run
    while isinstance(target, functools.partial):
        target = target.func
    return getattr(getattr(target, "__func__", target), "__globals__", None)


def _report(error: BaseException, scope: Scope, name: str) -> None:
    """Show an error where the thread's prints went: in an Output, or else in the pages."""
    where = f"thread {name}"
    if scope.area is None:
        scope.kernel.report_error(error, where)
    else:
        scope.area.append(error_item(error, scope.kernel, where))


def _run_in_scope(scope: Scope, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    with scoped(scope):
        return fn(*args, **kwargs)
