"""Running something once at start, in a kernel that ends with it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future

from sundog.app.running.run import Finished
from sundog.kernel.kernel import VirtualKernel
from sundog.kernel.start import start_callbacks

logger = logging.getLogger(__name__)

CLOSE_SECONDS = 10.0


def dry_run(kernel: VirtualKernel, begin: Callable[[Finished], object], what: str) -> None:
    """Run something in a throw-away kernel, and end the kernel. Raises what it raises.

    `begin` is called on the kernel's logical thread, and calls back when it has finished.
    """
    done: Future[None] = Future()

    def finished(error: BaseException | None) -> None:
        if error is None:
            done.set_result(None)
        else:
            kernel.on_error(error.__cause__ or error)
            done.set_exception(error)

    def run() -> None:
        try:
            start_callbacks.run(kernel)
            begin(finished)
        except BaseException as error:  # noqa: BLE001 - told to whoever waits
            finished(error)

    kernel.is_dry_run = True
    kernel.submit(run)
    try:
        done.result()
    finally:
        # What the run has left may outlast its kernel.
        kernel.namespaces.clear()
        closed = threading.Event()
        kernel.close(closed.set)
        if not closed.wait(CLOSE_SECONDS):
            logger.warning("The first run of %s does not end", what)
