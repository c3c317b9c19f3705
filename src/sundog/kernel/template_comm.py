"""Comms of widgets that are made at import, outside of any kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import comm as comm_package
from comm.base_comm import BaseComm

from sundog.kernel.comm import Buffers, JsonDict, KernelComm
from sundog.kernel.current import current_kernel

if TYPE_CHECKING:
    from sundog.kernel.kernel import VirtualKernel


class TemplateComm(BaseComm):
    """A comm made outside of any kernel, at import: each kernel that uses it gets its own.

    Nothing is sent while no kernel runs. Under a kernel, everything is done by that kernel's own
    comm, opened with the same target and data when it is first used.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._arguments = {**kwargs, "data": kwargs.get("data") or {}}
        self._manager = comm_package.get_comm_manager()
        super().__init__(*args, **kwargs)

    def publish_msg(self, msg_type: str, *args: Any, **kwargs: Any) -> None:
        """Send by the running kernel's own comm."""
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
        """Close the running kernel's own comm; outside of kernels, the template itself."""
        kernel = current_kernel()
        if kernel is None:
            self._closed = True
            self._manager.comms.pop(self.comm_id, None)
            return
        own = kernel.peek(self)
        if own is not None:
            own.close(data)

    def __del__(self) -> None:
        """Do nothing: a finalizer runs under whichever kernel happens to be there."""

    def for_kernel(self, kernel: VirtualKernel | None) -> KernelComm | None:
        """Return a kernel's own comm, opened now if this is its first use."""
        if kernel is None:
            return None

        def open_own() -> KernelComm:
            arguments = {k: v for k, v in self._arguments.items() if k != "comm_id"}
            own = KernelComm(kernel.comms, **{"target_name": self.target_name, **arguments})
            own.on_msg(self._msg_callback)
            own.on_close(self._close_callback)
            return own

        return kernel.local(self, open_own)
