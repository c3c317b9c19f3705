"""Comms of widgets created at import, outside of any kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import comm as comm_package
from comm.base_comm import BaseComm

from sundog.kernel.comm import Buffers, JsonDict, KernelComm
from sundog.kernel.current import current_kernel

if TYPE_CHECKING:
    from sundog.kernel.kernel import VirtualKernel


class TemplateComm(BaseComm):
    """A comm created outside of any kernel, at import. Each kernel that uses it gets its own.

    Nothing is sent while no kernel runs. In a kernel, that kernel's own comm does everything; it is
    opened with the same target and data at first use.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._arguments = {**kwargs, "data": kwargs.get("data") or {}}
        self._manager = comm_package.get_comm_manager()
        super().__init__(*args, **kwargs)

    def publish_msg(self, msg_type: str, *args: Any, **kwargs: Any) -> None:
        """Send through the running kernel's own comm."""
        if msg_type == "comm_open":
            return
        own = self.for_kernel(current_kernel())
        if own is not None:
            own.publish_msg(msg_type, *args, **kwargs)

    def close(
        self,
        data: JsonDict | None = None,
        metadata: JsonDict | None = None,
        buffers: Buffers = None,
        deleting: bool = False,
    ) -> None:
        """Close the running kernel's own comm, or the template itself outside of kernels."""
        kernel = current_kernel()
        if kernel is None:
            self._closed = True
            self._manager.comms.pop(self.comm_id, None)
            return
        own = kernel.peek(self)
        if own is not None:
            own.close(data)

    def __del__(self) -> None:
        """Do nothing, because a finalizer runs in whichever kernel happens to run."""

    def for_kernel(self, kernel: VirtualKernel | None) -> KernelComm | None:
        """Return a kernel's own comm, and open it at first use."""
        if kernel is None:
            return None

        def open_own() -> KernelComm:
            arguments = {k: v for k, v in self._arguments.items() if k != "comm_id"}
            own = KernelComm(kernel.comms, **{"target_name": self.target_name, **arguments})
            own.on_msg(self._msg_callback)
            own.on_close(self._close_callback)
            return own

        return kernel.local(self, open_own)
