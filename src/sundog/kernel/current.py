"""The kernel of the running code, for the rooms above this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sundog.errors import NoKernelError
from sundog.scope import current_scope

if TYPE_CHECKING:
    from sundog.kernel.kernel import VirtualKernel


def current_kernel() -> VirtualKernel | None:
    """Return the kernel of the running code, or None outside of any kernel."""
    scope = current_scope()
    return None if scope is None else cast("VirtualKernel", scope.kernel)


def require_kernel() -> VirtualKernel:
    """Return the kernel of the running code.

    Raises:
        NoKernelError: No kernel runs here.
    """
    kernel = current_kernel()
    if kernel is None:
        raise NoKernelError(
            "No virtual kernel is running here. Call this in the app itself, in a widget's "
            "callback, or in a thread or coroutine started there."
        )
    return kernel
