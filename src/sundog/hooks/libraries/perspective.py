"""What perspective tells a widget is told in the kernel of that widget.

Upstream reason: all tables of `perspective.table` are in one server per process, and whoever calls
it hands out what waits for others, too: a kernel that changes any table would send to widgets of
others. And the server keeps its session with each view until the view says good-bye, which a page
that is gone never does; widget and session hold each other, out of the collector's sight.

perspective is never imported from here: the hook waits until the app does.
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
from sundog.kernel.current import current_kernel

_MODULE: Final = "perspective.widget.viewer.viewer"


def install() -> Callable[[], None]:
    """Wait for perspective; return what undoes whatever has been replaced by then."""

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

            # Always later: what comes next must not overtake what waits.
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
