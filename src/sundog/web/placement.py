"""The assignment of sessions and kernels to a server's workers."""

from __future__ import annotations

from typing import Protocol

from sundog.ids import KernelId, SessionId


class Placement(Protocol):
    """Chooses workers through the prefixes of new ids, and finds the workers of existing ids."""

    def is_here(self, kernel_id: KernelId) -> bool:
        """Return whether a kernel with this id can only be in this worker."""
        ...

    def prefix_for_session(self) -> str:
        """Return the prefix for the id of a new session."""
        ...

    def prefix_for_kernel(self, session_id: SessionId) -> str:
        """Return the prefix for the id of a session's next kernel."""
        ...


class SingleWorker:
    """The placement of a server with one process."""

    def is_here(self, kernel_id: KernelId) -> bool:
        """Return true: there is no other worker."""
        return True

    def prefix_for_session(self) -> str:
        """Return an empty string: there is only one worker."""
        return ""

    def prefix_for_kernel(self, session_id: SessionId) -> str:
        """Return an empty string: there is only one worker."""
        return ""
