"""Runs changed code in place of the running code.

The app is loaded and run once, as at the server's start. If that fails, the previous version keeps
running and the pages show the error. Otherwise each kernel with a connected page is replaced: a new
kernel runs the new code while the old one still serves its pages. When the app has run there, the
new kernel takes over values, ids, pages and the numbers of messages.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sundog.reload.project import Dropped, Project
from sundog.reload.replacements import Replacements
from sundog.reload.reports import FAULT, STATUS, describe_failure, fault, status

if TYPE_CHECKING:
    from sundog.app import Program
    from sundog.kernel import VirtualKernel
    from sundog.registry import Registry
    from sundog.reload.state import Namespaces, StateCarrier

logger = logging.getLogger(__name__)

# How long pages have the server to themselves after new code has run.
PAGES_FIRST_SECONDS: Final = 0.1
# After this time, pages and the log say that later saves wait for the code to end.
STILL_RUNNING_SECONDS: Final = 5.0
FAILED_HINT: Final = "The previous version keeps running until the next successful save."


class Reloader:
    """Runs changed code. Used from the server's event loop.

    Args:
        registry: All kernels of the server.
        build: Loads the app and runs it once, and may raise anything; called in a thread.
        adopt: Makes the server run a program from now on.
        project: The modules that belong to the app.
        carriers: Keep state besides the values of widgets.
        before: Called before each attempt.
        after: Called after each attempt.
    """

    def __init__(
        self,
        registry: Registry,
        build: Callable[[], Program],
        adopt: Callable[[Program], object],
        *,
        project: Project | None = None,
        carriers: Sequence[StateCarrier] = (),
        before: Callable[[], object] = lambda: None,
        after: Callable[[], object] = lambda: None,
    ) -> None:
        self._registry = registry
        self._build = build
        self._adopt = adopt
        self._before = before
        self._after = after
        self._project = project or Project()
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sundog-reload")
        self._pending: set[Path] = set()
        # Files changed since the running code was loaded.
        self._stale: set[Path] = set()
        self._working: asyncio.Task[None] | None = None
        self._ended = False
        self._replacements = Replacements(registry, self._post, self._loop.call_later, carriers)
        self.fault: dict[str, Any] | None = None

    # What happens --------------------------------------------------------------------------------

    def began(self, kernel: VirtualKernel) -> None:
        """Note that a kernel is about to run the newest code. Called on its thread."""
        self._replacements.began(kernel)
        kernel.on_progress = lambda text: self._post(lambda: self._show_progress(kernel, text))

    def runs(self, program: Program) -> None:
        """Note the program that the server has started with."""
        self._replacements.runs(program, self._namespaces_of(program))

    def attached(self, kernel: VirtualKernel) -> None:
        """Note that a page has connected to a kernel, which may run old code."""
        if self.fault is not None:
            self._registry.tell(FAULT, fault(self.fault), kernel)
        self._replacements.attached(kernel)

    def changed(self, paths: Collection[Path]) -> None:
        """Load the app again, because files of its code have changed."""
        if self._ended:
            return
        self._pending.update(paths)
        self._stale.update(paths)
        if self._working is None:
            self._working = self._loop.create_task(self._work())

    def failed(self, error: BaseException, what: str, hint: str) -> None:
        """Report to the pages and the log why the app can't run.

        Args:
            error: What was raised.
            what: What happened, for the log.
            hint: What happens next.
        """
        self.fault = describe_failure(error, what, hint)
        self._registry.tell(FAULT, fault(self.fault), None)

    def stop(self) -> None:
        """Stop reloading; replacements that have not taken over end."""
        self._ended = True
        if self._working is not None:
            self._working.cancel()
        self._replacements.stop()
        self._thread.shutdown(wait=False, cancel_futures=True)

    # A new version -------------------------------------------------------------------------------

    async def _work(self) -> None:
        try:
            while self._pending:
                await self._attempt()
        finally:
            self._working = None

    async def _attempt(self) -> None:
        names = ", ".join(sorted({path.name for path in self._pending}))
        self._pending.clear()
        self._before()
        began = time.monotonic()
        self._registry.tell(STATUS, status("reloading", f"Reloading {names}…"))
        reminder = self._loop.call_later(STILL_RUNNING_SECONDS, self._remind, names)
        try:
            program, dropped = await self._loop.run_in_executor(self._thread, self._build_again)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - the app may raise anything
            self.failed(error, f"{names} changed, but the app can't run as it is now", FAILED_HINT)
            self._registry.tell(STATUS, status("running", ""))
            self._after()
        else:
            self._stale.clear()
            self._adopt(program)
            self.fault = None
            self._registry.tell(FAULT, fault(None), None)
            self._replacements.renew(program, self._namespaces_of(program), dropped.namespaces)
            self._registry.tell(STATUS, status("running", ""))
            taken = time.monotonic() - began
            logger.info("%s changed: %s ran in %.2f s", names, program.name, taken)
            self._loop.call_later(PAGES_FIRST_SECONDS, self._after)
        finally:
            reminder.cancel()

    def _remind(self, names: str) -> None:
        text = "it is still running, and the next save waits for it. Press Ctrl-C if it never ends"
        logger.info("%s changed: %s", names, text)
        self._registry.tell(STATUS, status("reloading", f"Reloading {names}… {text}."))

    def _build_again(self) -> tuple[Program, Dropped]:
        dropped = self._project.drop(tuple(self._stale))
        try:
            return self._build(), dropped
        except BaseException:
            dropped.put_back()
            raise

    def _namespaces_of(self, program: Program) -> Namespaces:
        return {**program.namespaces, **self._project.namespaces()}

    def _show_progress(self, kernel: VirtualKernel, text: str) -> None:
        serving = self._replacements.replaced_by(kernel)
        state = "running" if serving is None else "reloading"
        self._registry.tell(STATUS, status(state, text), serving or kernel)

    def _post(self, work: Callable[[], object]) -> None:
        # The loop is closed only when the process ends.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(work)
