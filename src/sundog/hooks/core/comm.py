"""Comms belong to the running kernel.

Upstream reason: the ``comm`` package has one process-wide `create_comm` and `get_comm_manager`, and
documents both as replacement points.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import comm
from comm.base_comm import BaseComm, CommManager

from sundog.kernel import KernelComm, TemplateComm, current_kernel


class CommHook:
    """The replacements, and what all kernels share: targets registered at import."""

    def __init__(self) -> None:
        self.shared = CommManager()

    @property
    def shared_targets(self) -> dict[str, Callable[..., Any]]:
        """The comm targets of every kernel."""
        targets: dict[str, Callable[..., Any]] = self.shared.targets
        return targets

    def install(self) -> Callable[[], None]:
        """Replace both points; return a function that restores them."""
        former = comm.create_comm, comm.get_comm_manager
        comm.create_comm = _create_comm
        comm.get_comm_manager = self._get_comm_manager

        def uninstall() -> None:
            comm.create_comm, comm.get_comm_manager = former

        return uninstall

    def _get_comm_manager(self) -> CommManager:
        kernel = current_kernel()
        return self.shared if kernel is None else kernel.comms


def _create_comm(*args: Any, **kwargs: Any) -> BaseComm:
    kernel = current_kernel()
    if kernel is None:
        return TemplateComm(*args, **kwargs)
    return KernelComm(kernel.comms, *args, **kwargs)
