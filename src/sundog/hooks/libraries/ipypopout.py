"""ipypopout's button opens a window of the kernel that it was created in.

Upstream reason: ipypopout reads the kernel's id from ipykernel's connection file, which does not
exist here.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from sundog.hooks.core.after_import import after_import
from sundog.hooks.core.replaced import Replaced
from sundog.kernel import current_kernel

_MODULE = "ipypopout.popout_button"


def install() -> Callable[[], None]:
    """Wait for ipypopout; return a function that undoes all replacements."""

    def patch(module: ModuleType, replaced: Replaced) -> None:
        former = vars(module)["get_kernel_id"]

        def get_kernel_id() -> str:
            kernel = current_kernel()
            return str(former()) if kernel is None else kernel.id

        replaced.set(module, "get_kernel_id", get_kernel_id)

    return after_import({_MODULE: patch})
