"""``exit()`` and ``quit()`` end the kernel that calls them.

Upstream reason: `site` gives all code of a process one ``exit``, which closes ``sys.stdin`` and
raises `SystemExit`. As in Jupyter, they end the kernel: its pages say that the session has ended.
``sys.exit()`` is an error of the calling code, and ends nothing.
"""

from __future__ import annotations

import builtins
import logging
from collections.abc import Callable
from typing import Any, NoReturn

from sundog.errors import KernelExit
from sundog.hooks.core.replaced import Replaced
from sundog.kernel import VirtualKernel, current_kernel

logger = logging.getLogger(__name__)


def end_kernel(kernel: VirtualKernel) -> None:
    """End a kernel at the request of its code."""
    if not kernel.is_dry_run:
        logger.info("[%s] the app called exit(), so its kernel ends", kernel.log_id)
        kernel.on_exit(kernel)


def install() -> Callable[[], None]:
    """Replace ``exit`` and ``quit``; return what restores them."""
    replaced = Replaced()
    for name in ("exit", "quit"):
        original = getattr(builtins, name, None)
        if original is not None:
            replaced.set(builtins, name, Leave(original))
    return replaced.close


class Leave:
    """Replaces ``exit`` or ``quit``."""

    def __init__(self, original: Any) -> None:
        self._original = original

    def __repr__(self) -> str:
        return repr(self._original)

    def __call__(self, code: Any = None) -> NoReturn:
        """End the running kernel, or the process outside of kernels."""
        kernel = current_kernel()
        if kernel is None:
            self._original(code)
            raise SystemExit(code)
        end_kernel(kernel)
        raise KernelExit(code)
