"""ipypopout's button opens a window of the kernel that it was made in.

Upstream reason: ipypopout reads the kernel's id from the connection file of ipykernel, and here is
none.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from sundog.hooks.after_import import after_import
from sundog.kernel.context import current_kernel

_MODULE = "ipypopout.popout_button"


def install() -> Callable[[], None]:
    """Wait for ipypopout; return what undoes whatever has been replaced by then."""
    undo: list[Callable[[], object]] = []

    def patch(module: ModuleType) -> None:
        former = vars(module)["get_kernel_id"]

        def get_kernel_id() -> str:
            kernel = current_kernel()
            return str(former()) if kernel is None else kernel.id

        vars(module)["get_kernel_id"] = get_kernel_id
        undo.append(lambda: vars(module).update(get_kernel_id=former))

    remove = after_import({_MODULE: patch})

    def uninstall() -> None:
        remove()
        while undo:
            undo.pop()()

    return uninstall
