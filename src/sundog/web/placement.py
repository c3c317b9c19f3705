"""Which of a server's workers sessions and kernels belong to."""

from __future__ import annotations

from typing import Protocol

from sundog.ids import KernelId, SessionId


class Placement(Protocol):
    """Chooses workers by the prefixes of new ids, and knows where existing ids belong."""

    def is_here(self, kernel_id: KernelId) -> bool:
        """Whether a kernel of this id can only be in this worker."""
        ...

    def prefix_for_session(self) -> str:
        """Return what the id of a new session begins with."""
        ...

    def prefix_for_kernel(self, session_id: SessionId) -> str:
        """Return what the id of a session's next kernel begins with."""
        ...


class SingleWorker:
    """The placement of a server that is one process."""

    def is_here(self, kernel_id: KernelId) -> bool:
        """Return true: there is no other worker."""
        return True

    def prefix_for_session(self) -> str:
        """Return nothing: there is nothing to tell apart."""
        return ""

    def prefix_for_kernel(self, session_id: SessionId) -> str:
        """Return nothing: there is nothing to tell apart."""
        return ""
