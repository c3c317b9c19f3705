"""Messages of perspective for a widget are sent in that widget's kernel.

Upstream reason: all tables of `perspective.table` are in one server per process, and every caller
also sends what waits for others: a kernel that changes any table would send to widgets of others.
And the server keeps its session with each view until the view closes it, which a closed page never
does; widget and session reference each other where the garbage collector can't see it.

perspective is never imported here: the hook waits until the app imports it.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

from sundog.errors import KernelClosedError
from sundog.hooks.core.after_import import after_import
from sundog.hooks.core.replaced import Replaced
from sundog.kernel import current_kernel

_MODULE: Final = "perspective.widget.viewer.viewer"


def install() -> Callable[[], None]:
    """Wait for perspective; return a function that undoes all replacements."""

    def patch(module: ModuleType, replaced: Replaced) -> None:
        viewer = module.PerspectiveViewer
        original = viewer.new_proxy_session

        @functools.wraps(original)
        def new_proxy_session(self: Any, callback: Callable[[bytes], object]) -> Any:
            kernel = current_kernel()
            if kernel is None:
                return original(self, callback)

            listeners = [callback]

            def tell(message: bytes) -> None:
                for listener in listeners:
                    listener(message)

            # Always later, so that messages keep their order.
            def tell_later(message: bytes) -> None:
                with contextlib.suppress(KernelClosedError):
                    kernel.submit(lambda: tell(message))

            def end() -> None:
                session.close()
                listeners.clear()

            session = original(self, tell_later)
            kernel.on_close(end)
            return session

        replaced.set(viewer, "new_proxy_session", new_proxy_session)

    return after_import({_MODULE: patch})
