"""A kernel as `solara-ui` knows it: its context."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextvars import ContextVar
from types import TracebackType
from typing import Any

from sundog.kernel import VirtualKernel, current_kernel
from sundog.scope import Scope, current_scope, set_scope
from sundog.solara.components import RENDER_CONTEXT

REHEARSAL_ID = "dummy"
"""The id by which `solara-ui` knows the run at start: what it makes outlives that run."""

# The scopes that were left by entering contexts, to go back to. `solara-ui` sets it to None where
# it starts on a fresh thread.
left_scopes: ContextVar[tuple[Scope | None, ...] | None] = ContextVar(
    "sundog_left_scopes", default=None
)


class InitLocks(dict[str, "threading.RLock"]):
    """A lock per name, made when it is first asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()

    def __missing__(self, name: str) -> Any:
        """Return a new lock for a name."""
        with self._lock:
            return self.setdefault(name, threading.RLock())


class VirtualKernelContext:
    """One kernel's identity, its users' values, and what happens at its end.

    As a context manager, it makes its kernel the running one.
    """

    def __init__(self, kernel: VirtualKernel) -> None:
        self.kernel = kernel
        self.id: str = REHEARSAL_ID if kernel.is_dry_run else kernel.id
        self.session_id: str = kernel.session_id
        self.user_dicts: dict[str, Any] = {}
        self.init_locks = InitLocks()
        self.closed_event = threading.Event()
        # Values are kept in memory only.
        self.state_persistence = None
        kernel.on_close(self.closed_event.set)

    @property
    def event_loop(self) -> asyncio.AbstractEventLoop:
        """The kernel's loop."""
        return self.kernel.loop

    def on_close(self, callback: Callable[[], object]) -> None:
        """Call back when the kernel ends; the last registered first."""

        def call() -> None:
            # The callback may wait for a thread that waits for this.
            self.closed_event.set()
            callback()

        self.kernel.on_close(call)

    @property
    def container(self) -> Any:
        """The widget in which the app's components are rendered; None without any."""
        rendered = self.kernel.peek(RENDER_CONTEXT)
        return None if rendered is None else rendered.container

    def close(self, reason: object = None) -> None:
        """End the kernel."""
        self.kernel.close()

    def __enter__(self) -> VirtualKernelContext:
        """Make the kernel the running one."""
        left_scopes.set((*(left_scopes.get() or ()), current_scope()))
        set_scope(self.kernel.scope)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Go back to the kernel that ran before."""
        *others, last = left_scopes.get() or (None,)
        left_scopes.set(tuple(others))
        set_scope(last)

    def __repr__(self) -> str:
        return f"<kernel context {self.kernel.log_id}>"


def context_of(kernel: VirtualKernel) -> VirtualKernelContext:
    """Return a kernel's context, the same at every call."""
    return kernel.local(VirtualKernelContext, lambda: VirtualKernelContext(kernel))


def get_current_context() -> VirtualKernelContext:
    """Return the context of the running kernel. Raises `RuntimeError` outside of any kernel."""
    kernel = current_kernel()
    if kernel is None:
        raise RuntimeError(
            "No kernel is running here. Call this in a component, in a callback, or in a "
            "thread or task started there."
        )
    return context_of(kernel)


def has_current_context() -> bool:
    """Whether the code runs inside of a kernel."""
    return current_kernel() is not None


def get_current_thread_key() -> str:
    """Return the name of the running thread, for messages."""
    return threading.current_thread().name
