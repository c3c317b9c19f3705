"""Puts changed code in the place of the running one.

The app is loaded and run once, as at the server's start. Where that fails, nothing changes but that
the pages are told why. Else each kernel with a connected page gets a *successor*: a kernel that
runs the new code while the old one still serves its pages. When the app has run there, it takes
over: values, ids, pages, the numbers of messages; and the old kernel ends as any kernel does.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from sundog.app.program import Program
from sundog.errors import AppError, AppExecutionError
from sundog.hooks.core.tracebacks import told_traceback
from sundog.hooks.widgets.changed_values import note_first_run
from sundog.kernel import errors as reports
from sundog.kernel.kernel import VirtualKernel
from sundog.registry.registry import Registry
from sundog.solara.carry_over import carry_reactive, hook_state, note_initial_state
from sundog.reload.id_matcher import ModelIdMatcher
from sundog.reload.project import Dropped, Project
from sundog.reload.values import CarryOver
from sundog.solara.components import HOOK_STATE

logger = logging.getLogger(__name__)

FAULT: Final = "fault"
STATUS: Final = "status"
# How long the pages have the server to themselves when new code has run.
PAGES_FIRST_SECONDS: Final = 0.1
# Code that takes longer has it said that later saves wait for it.
STILL_RUNNING_SECONDS: Final = 5.0
_SUCCEEDS: Final = "sundog.reload.reloader.succeeds"


class Reloader:
    """Runs changed code. Used from the server's event loop.

    `build` loads the app and runs it once, and may raise anything; it is called in a thread.
    `adopt` makes the server run a program from now on; `building` and `after` are called before and
    after each attempt.
    """

    def __init__(
        self,
        registry: Registry,
        build: Callable[[], Program],
        adopt: Callable[[Program], object],
        *,
        project: Project | None = None,
        after: Callable[[], object] = lambda: None,
        building: Callable[[], object] = lambda: None,
    ) -> None:
        self._registry = registry
        self._build = build
        self._adopt = adopt
        self._after = after
        self._building = building
        self._project = project or Project()
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sundog-reload")
        self._version = 0
        self._pending: set[Path] = set()
        # Changed since the code that runs was loaded.
        self._stale: set[Path] = set()
        self._working: asyncio.Task[None] | None = None
        self._successors: dict[VirtualKernel, VirtualKernel] = {}
        self._ended = False
        # By module, or by what the app was run from: the variables of this version's code, and of
        # the one before.
        self._namespaces: Mapping[str, Mapping[str, Any]] = {}
        self._namespaces_before: Mapping[str, Mapping[str, Any]] = {}
        self.fault: dict[str, Any] | None = None

    # What happens --------------------------------------------------------------------------------

    def began(self, kernel: VirtualKernel) -> None:
        """Note that a kernel runs the code of now. Called before it does, on its thread."""
        version = self._version
        kernel.local(Reloader, lambda: version)
        kernel.on_progress = lambda text: self._post(lambda: self._say(kernel, text))
        if kernel.peek(_SUCCEEDS) is None:
            kernel.on_run_ended = lambda error: _note_first_run(kernel)

    def runs(self, program: Program) -> None:
        """Note that a program runs which was built elsewhere: the first one."""
        self._namespaces = {**_namespaces_of(program), **self._project.namespaces()}

    def attached(self, kernel: VirtualKernel) -> None:
        """Note that a page has come (back) to a kernel, which may run old code."""
        if self.fault is not None:
            self._tell_fault(self.fault, kernel)
        version = kernel.peek(Reloader)
        if version is not None and version != self._version:
            self._resume_from(kernel)

    def changed(self, paths: Collection[Path]) -> None:
        """Load the app anew, because files of its code have changed."""
        if self._ended:
            return
        self._pending.update(paths)
        self._stale.update(paths)
        if self._working is None:
            self._working = self._loop.create_task(self._work())

    def failed(self, error: BaseException, what: str, hint: str) -> None:
        """Tell the pages why the app can't run, and the log as well; each with a hint."""
        report = reports.describe(cause_of(error), "the app")
        report["text"] = f"{words_of(error)}\n{hint}"
        if isinstance(error, AppError) and error.__cause__ is None:
            # Nothing of the app's has raised it, so there is no place to show.
            report = {"id": report["id"], "title": "The app can't run", "text": report["text"]}
            logger.error("%s: %s\n%s", what, error, hint)
        else:
            if isinstance(error, AppExecutionError):
                report["traceback"] = error.traceback
            reports.log(f"{what}. {hint}", told_traceback(cause_of(error)))
        self.fault = report
        self._tell_fault(report)

    def stop(self) -> None:
        """Reload no more; successors that have not taken over end."""
        self._ended = True
        if self._working is not None:
            self._working.cancel()
        for replacement in self._successors.values():
            replacement.close()
        self._successors.clear()
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
        self._building()
        began = time.monotonic()
        self._registry.tell(STATUS, status("reloading", f"Reloading {names}…"))
        reminder = self._loop.call_later(STILL_RUNNING_SECONDS, self._remind, names)
        try:
            program, dropped = await self._loop.run_in_executor(self._thread, self._build_anew)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - the app may raise anything
            what = f"{names} changed, but the app can't run as it is now"
            self.failed(error, what, "Until the next good save, the app goes on as it was.")
            self._registry.tell(STATUS, status("running", ""))
            self._after()
        else:
            self._stale.clear()
            self._version += 1
            self._namespaces_before = {**self._namespaces, **dropped.namespaces}
            self._namespaces = {**_namespaces_of(program), **self._project.namespaces()}
            self._adopt(program)
            self.fault = None
            self._tell_fault(None)
            count = 0
            for kernel, connected in self._registry.kernels():
                if connected and kernel.peek(Reloader) is not None:
                    count += 1
                    self._resume_from(kernel)
            self._registry.tell(STATUS, status("running", ""))
            taken = time.monotonic() - began
            logger.info("%s changed: %s ran in %.2f s", names, program.name, taken)
            self._loop.call_later(PAGES_FIRST_SECONDS, self._after)
        finally:
            reminder.cancel()

    def _remind(self, names: str) -> None:
        words = "it still runs, and the next save waits for its end; if it has none, press Ctrl-C"
        logger.info("%s changed: %s", names, words)
        self._registry.tell(STATUS, status("reloading", f"Reloading {names}… {words}."))

    def _build_anew(self) -> tuple[Program, Dropped]:
        dropped = self._project.drop(tuple(self._stale))
        try:
            return self._build(), dropped
        except BaseException:
            dropped.put_back()
            raise

    # A kernel's successor ------------------------------------------------------------------------

    def _resume_from(self, old: VirtualKernel, *, keep_state: bool = True) -> None:
        former = self._successors.pop(old, None)
        if former is not None:
            # It runs what is old by now, too.
            former.close()
        new = self._registry.make_replacement(old)
        self._successors[old] = new
        new.local(_SUCCEEDS, lambda: True)
        new.propose_comm_id = ModelIdMatcher(old).propose
        new.on_run_ended = lambda error: self._ran(old, new, error)
        if keep_state:
            state = hook_state(old)
            new.local(HOOK_STATE, lambda: state)
            carry_reactive(old, new, self._namespaces_before, self._namespaces)
        self._registry.begin(new)

    def _ran(self, old: VirtualKernel, new: VirtualKernel, error: BaseException | None) -> None:
        """Called on the successor's thread when the app has run there."""
        _note_first_run(new)
        carried = CarryOver(old, new)
        if error is None:
            try:
                carried.begin()
            except Exception:
                logger.exception("[%s] values could not be carried over", new.log_id)
        # It would keep the old kernel.
        new.propose_comm_id = lambda data: None
        self._post(lambda: self._take_over(old, new, error, carried))

    def _take_over(
        self,
        old: VirtualKernel,
        new: VirtualKernel,
        error: BaseException | None,
        carried: CarryOver,
    ) -> None:
        if self._successors.get(old) is not new:
            return
        del self._successors[old]
        serves = old
        if error is None:
            if self._registry.replace(old, new, carried.catch_up):
                serves = new
            else:
                new.close()
        else:
            had_state = bool(new.peek(HOOK_STATE))
            new.close()
            if had_state:
                # Hooks in another order, or values of another meaning: without them, then.
                self._resume_from(old, keep_state=False)
                return
            self._tell_fault(reports.describe(error, "the app"), old)
        self._registry.tell(STATUS, status("running", ""), serves)

    # Words ---------------------------------------------------------------------------------------

    def _say(self, kernel: VirtualKernel, text: str) -> None:
        state = "running"
        for old, new in self._successors.items():
            if new is kernel:
                kernel, state = old, "reloading"
        self._registry.tell(STATUS, status(state, text), kernel)

    def _tell_fault(
        self, report: dict[str, Any] | None, kernel: VirtualKernel | None = None
    ) -> None:
        text = json.dumps({"type": "fault", "report": report})
        self._registry.tell(FAULT, text, kernel)

    def _post(self, work: Callable[[], object]) -> None:
        # The loop is closed only when the process ends.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(work)


def status(state: str, text: str) -> str:
    """Return the control message that says how far something is."""
    return json.dumps({"type": "status", "state": state, "text": text})


def _namespaces_of(program: Program) -> Mapping[str, Mapping[str, Any]]:
    # What is made of modules has none of its own.
    return getattr(program, "namespaces", {})


def _note_first_run(kernel: VirtualKernel) -> None:
    note_first_run(kernel)
    note_initial_state(kernel)


def words_of(error: BaseException) -> str:
    """Return what an error says, without the place, which is told beside it."""
    cause = cause_of(error)
    if isinstance(cause, SyntaxError):
        return str(cause.msg)
    if isinstance(error, AppExecutionError) and not isinstance(cause, SystemExit):
        return str(cause)
    return str(error)


def cause_of(error: BaseException) -> BaseException:
    """Return what the app raised, where an error only says that it did."""
    return error.__cause__ if isinstance(error, AppError) and error.__cause__ else error
