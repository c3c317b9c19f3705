"""What apps ask Sundog."""

from __future__ import annotations

from sundog.kernel.context import require_kernel
from sundog.store.current import session, session_for

__all__ = ["get_kernel_id", "get_session_id", "session", "session_for"]


def get_kernel_id() -> str:
    """Return the id of the virtual kernel that this code runs in: one per open page.

    Raises `sundog.errors.NoKernelError` outside of a kernel.
    """
    return require_kernel().id


def get_session_id() -> str:
    """Return the id of the browser's session, the same for all its pages and over refreshes.

    Raises `sundog.errors.NoKernelError` outside of a kernel.
    """
    return require_kernel().session_id
