"""Hands a page's messages to the comms they are for."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sundog.kernel.comm import KernelComm
from sundog.protocol.message import (
    CommClose,
    CommMessage,
    CommOpen,
    PageBatch,
    PageMessage,
    PageMoved,
)
from sundog.protocol.place import Place

if TYPE_CHECKING:
    from sundog.kernel.page import Page
    from sundog.kernel.virtual import VirtualKernel

logger = logging.getLogger(__name__)


class Dispatcher:
    """Handles messages on the kernel's logical thread, one after another, whatever fails."""

    def __init__(self, kernel: VirtualKernel) -> None:
        self._kernel = kernel

    def handle(
        self,
        page: Page,
        batch: PageBatch,
        skip: int,
        buffers: Sequence[list[memoryview]] | None,
    ) -> None:
        """Handle a batch from its `skip`-th message on, and acknowledge each."""
        for index in range(skip, len(batch.messages)):
            number = batch.first + index
            self._kernel.parent = f"{page.id}:{number}"
            began = time.perf_counter() if page.on_handled is not None else 0.0
            try:
                self._handle(batch.messages[index], buffers[index] if buffers else [])
            except BaseException as error:  # noqa: BLE001 - the boundary between app and server
                # SystemExit too: a callback can't end the server, nor its kernel.
                self._kernel.report_error(error, "a widget's callback")
            finally:
                self._kernel.parent = None
            if page.on_handled is not None:
                page.on_handled(number, time.perf_counter() - began)
            self._kernel.acknowledge(page, number)

    def _handle(self, message: PageMessage, buffers: list[memoryview]) -> None:
        comms = self._kernel.comms
        if isinstance(message, CommOpen):
            self._open(message, buffers)
            return
        if isinstance(message, PageMoved):
            self._kernel.location.moved(Place.parse(message.place))
            return
        comm = comms.comms.get(message.comm_id)
        if comm is None:
            # Closed here while the message was on its way.
            logger.debug("[%s] a message for a comm that is gone", self._kernel.log_id)
        elif isinstance(message, CommMessage):
            comm.handle_msg(_jupyter_message(message, message.extra, buffers))
        elif isinstance(message, CommClose):
            comms.comms.pop(message.comm_id, None)
            comm._closed = True
            comm.handle_close(_jupyter_message(message, {}, buffers))

    def _open(self, message: CommOpen, buffers: list[memoryview]) -> None:
        if message.comm_id in self._kernel.comms.comms:
            logger.warning("[%s] a page opened a comm that is open", self._kernel.log_id)
            return
        target = self._kernel.comms.targets.get(message.target)
        comm = KernelComm(self._kernel, message.target, comm_id=message.comm_id, primary=False)
        if target is None:
            logger.warning("[%s] no such comm target: %r", self._kernel.log_id, message.target)
            comm.close()
            return
        try:
            target(comm, _jupyter_message(message, {"metadata": message.metadata}, buffers))
        except Exception:
            comm.close()
            raise


def _jupyter_message(
    message: CommOpen | CommMessage | CommClose, extra: dict[str, Any], buffers: list[memoryview]
) -> dict[str, Any]:
    """Return a message in the form of Jupyter's messaging protocol, as comm callbacks expect it."""
    return {
        "content": {"comm_id": message.comm_id, "data": message.data},
        "metadata": extra.get("metadata", {}),
        "buffers": buffers,
    }
