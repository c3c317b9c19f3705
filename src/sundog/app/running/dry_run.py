"""The dry run: one run at the start, in a kernel that no page can reach and that ends with it.

It shows whether the app works, and leaves what all kernels share. An app whose top level never
ends, such as a clock, would keep the server from starting, so the wait for it is bounded.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Final

from sundog.app.patience import FOREVER, Patience
from sundog.app.running.run import Finished
from sundog.errors import NoInputError
from sundog.kernel import VirtualKernel, start_callbacks

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

logger = logging.getLogger(__name__)

CLOSE_SECONDS: Final = 10.0
# How often the wait for a dry run looks at what it shows.
LOOK_SECONDS: Final = 0.2


def dry_run(
    kernel: VirtualKernel,
    begin: Callable[[Finished], object],
    what: str,
    patience: Patience = FOREVER,
) -> bool:
    """Run something in a kernel, and end the kernel with that run.

    Args:
        kernel: The kernel, in which nothing runs yet.
        begin: Called on the kernel's logical thread; calls back when the run has finished.
        what: What is run, for the log.
        patience: How long to wait for the end.

    Returns:
        Whether the run has ended. One that has not goes on until it shows something, or has asked
        its user for input.

    Raises:
        BaseException: What the run has raised.
    """
    done: Future[None] = Future()

    def finished(error: BaseException | None) -> None:
        if error is None:
            done.set_result(None)
        else:
            if not _needs_page(error):
                kernel.errors.listener(error.__cause__ or error)
            done.set_exception(error)

    def run() -> None:
        try:
            start_callbacks.run(kernel)
            begin(finished)
        except BaseException as error:  # noqa: BLE001 - raised again where the run is waited for
            finished(error)

    kernel.is_dry_run = True
    kernel.submit(run)
    ended = _wait(kernel, done, patience)
    if ended:
        try:
            done.result()
        except BaseException as error:
            if not _needs_page(error):
                raise
            logger.info("%s asks for input, so only pages can run it", what)
            return False
        finally:
            if not _close(kernel):
                logger.warning("The dry run of %s does not stop", what)
        return True
    logger.warning(
        "%s is still running. Pages run it themselves, and show its output as it appears.",
        what,
    )
    threading.Thread(
        target=_finish_later, args=(kernel, done, what), name="sundog-dry-run", daemon=True
    ).start()
    return False


def _needs_page(error: BaseException) -> bool:
    """Whether a run has failed only because there is no page yet that could answer `input`."""
    return isinstance(error.__cause__ or error, NoInputError)


def _wait(kernel: VirtualKernel, done: Future[None], patience: Patience) -> bool:
    """Wait for a run; return whether it has ended."""
    if patience.seconds is None:
        _settled(done, None)
        return True
    waited = 0.0
    while not _settled(done, LOOK_SECONDS):
        waited += LOOK_SECONDS
        if waited >= patience.seconds or (waited >= patience.if_shown and _shows_something(kernel)):
            return False
    return True


def _finish_later(kernel: VirtualKernel, done: Future[None], what: str) -> None:
    """End a run that the start no longer waits for, once it only shows output."""
    while not _settled(done, LOOK_SECONDS) and not _shows_something(kernel):
        pass
    if done.done() and (error := done.exception()) is not None:
        logger.error("The dry run of %s failed: %s", what, error)
    _close(kernel)


def _settled(done: Future[None], seconds: float | None) -> bool:
    try:
        done.exception(seconds)
    except TimeoutError:
        return False
    return True


def _shows_something(kernel: VirtualKernel) -> bool:
    """Whether a kernel shows more than texts, which a notebook shows before its code runs."""
    return any(_is_made_by_code(item) for item in tuple(kernel.page_area.items))


def _is_made_by_code(item: dict[str, Any]) -> bool:
    mime_types: Iterable[str] = item.get("data", ())
    return "text/markdown" not in mime_types


def _close(kernel: VirtualKernel) -> bool:
    """End a kernel; return whether it has ended within some seconds."""
    # Shared functions may use the namespace when the kernel has ended.
    kernel.namespaces.clear()
    closed = threading.Event()
    kernel.close(closed.set)
    return closed.wait(CLOSE_SECONDS)
