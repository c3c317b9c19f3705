"""Kernels that run new code and then replace those of the old code."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from sundog.app.program import REOPEN
from sundog.hooks.widgets.changed_values import note_first_run
from sundog.kernel import errors as reports
from sundog.reload.id_matcher import ModelIdMatcher
from sundog.reload.reports import FAULT, STATUS, fault, status
from sundog.reload.state import Namespaces, StateCarrier
from sundog.reload.values import CarryOver

if TYPE_CHECKING:
    from sundog.app import Program, RunningPage
    from sundog.kernel import VirtualKernel
    from sundog.registry import Registry

logger = logging.getLogger(__name__)

Post = Callable[[Callable[[], object]], None]
Later = Callable[[float, Callable[[], object]], object]

# If an app's dry run has not ended: how long its code may run before its kernel takes over, and how
# long that kernel may be busy before its pages reload.
ENDLESS_SECONDS: Final = 2.0
BUSY_SECONDS: Final = 2.0

_VERSION: Final = "sundog.reload.replacements.version"
_IS_REPLACEMENT: Final = "sundog.reload.replacements.is_replacement"


class Replacements:
    """Replaces the kernels of old code. Used from the server's event loop.

    Args:
        registry: All kernels of the server.
        post: Runs a function on the event loop; may be called from any thread.
        later: Runs a function on the event loop after some seconds.
        carriers: Keep state besides the values of widgets.
    """

    def __init__(
        self, registry: Registry, post: Post, later: Later, carriers: Sequence[StateCarrier]
    ) -> None:
        self._registry = registry
        self._post = post
        self._later = later
        self._carriers = carriers
        self._version = 0
        # The programs of this version and of the one before, and their variables.
        self._program: Program | None = None
        self._former: Program | None = None
        self._namespaces: Namespaces = {}
        self._namespaces_before: Namespaces = {}
        self._replacements: dict[VirtualKernel, VirtualKernel] = {}

    def runs(self, program: Program, namespaces: Namespaces) -> None:
        """Note the program that new kernels run, and the variables of its code."""
        self._program = program
        self._namespaces = namespaces

    def renew(self, program: Program, namespaces: Namespaces, dropped: Namespaces) -> int:
        """Replace all kernels with connected pages, and return their number.

        Other kernels are replaced when a page reconnects to them.

        Args:
            program: The program of the new code.
            namespaces: The variables of its code.
            dropped: The variables of modules that the new code has imported again.
        """
        self._version += 1
        self._former, self._program = self._program, program
        self._namespaces_before = {**self._namespaces, **dropped}
        self._namespaces = namespaces
        stale = [
            kernel
            for kernel, connected in self._registry.kernels()
            if connected and kernel.peek(_VERSION) is not None
        ]
        for kernel in stale:
            self._replace(kernel)
        return len(stale)

    def began(self, kernel: VirtualKernel) -> None:
        """Note that a kernel is about to run the newest code. Called on its thread."""
        version = self._version
        kernel.local(_VERSION, lambda: version)
        if kernel.peek(_IS_REPLACEMENT) is None:
            kernel.on_run_ended = lambda error: self._note_first_run(kernel)

    def attached(self, kernel: VirtualKernel) -> None:
        """Replace a kernel that runs old code, because a page has reconnected to it."""
        version = kernel.peek(_VERSION)
        if version is not None and version != self._version:
            self._replace(kernel)

    def replaced_by(self, kernel: VirtualKernel) -> VirtualKernel | None:
        """Return the kernel that serves while another one prepares to replace it."""
        return next((old for old, new in self._replacements.items() if new is kernel), None)

    def stop(self) -> None:
        """Close the kernels that have not taken over yet."""
        for replacement in self._replacements.values():
            replacement.close()
        self._replacements.clear()

    def _replace(self, old: VirtualKernel, *, keep_state: bool = True) -> None:
        earlier = self._replacements.pop(old, None)
        if earlier is not None:
            # By now, it runs old code too.
            earlier.close()
        new = self._registry.make_replacement(old)
        self._replacements[old] = new
        new.local(_IS_REPLACEMENT, lambda: True)
        new.comms.propose_id = ModelIdMatcher(old).propose
        new.on_run_ended = lambda error: self._ran(old, new, error)
        here = old.location.place.path
        others = tuple(
            name for name in self._pages_before(old) if name.startswith("/") and name != here
        )
        new.local(REOPEN, lambda: others)
        if keep_state:
            for carrier in self._carriers:
                carrier.carry(old, new, self._namespaces_before, self._namespaces)
        self._registry.begin(new)
        if self._program is not None and not self._program.has_ended:
            self._later(ENDLESS_SECONDS, lambda: self._stop_waiting(old, new))

    def _stop_waiting(self, old: VirtualKernel, new: VirtualKernel) -> None:
        """Let a kernel take over although its app may never end."""
        if self._replacements.get(old) is not new:
            return
        # While the app awaits something, its kernel can do this.
        new.submit(lambda: self._ran(old, new, None))
        self._later(BUSY_SECONDS, lambda: self._load_pages_again(old, new))

    def _load_pages_again(self, old: VirtualKernel, new: VirtualKernel) -> None:
        """Close a kernel that is too busy to take over. The pages get new kernels."""
        if self._replacements.get(old) is not new:
            return
        del self._replacements[old]
        new.close()
        self._registry.tell("assets", json.dumps({"type": "assets", "reload": True}), old)

    def _ran(self, old: VirtualKernel, new: VirtualKernel, error: BaseException | None) -> None:
        """Called on the new kernel's thread when the app has run there."""
        new.on_run_ended = lambda error: None
        self._note_first_run(new)
        carried = CarryOver(old, new, self._pages_before, self._pages_after)
        if error is None:
            try:
                carried.begin()
            except Exception:
                logger.exception("[%s] values could not be carried over", new.log_id)
        # It refers to the old kernel, which would stay in memory.
        new.comms.propose_id = lambda data: None
        self._post(lambda: self._take_over(old, new, error, carried))

    def _pages_before(self, kernel: VirtualKernel) -> Mapping[str, RunningPage]:
        return {} if self._former is None else self._former.running_pages(kernel)

    def _pages_after(self, kernel: VirtualKernel) -> Mapping[str, RunningPage]:
        return {} if self._program is None else self._program.running_pages(kernel)

    def _take_over(
        self,
        old: VirtualKernel,
        new: VirtualKernel,
        error: BaseException | None,
        carried: CarryOver,
    ) -> None:
        if self._replacements.get(old) is not new:
            return
        del self._replacements[old]
        serves = old
        if error is None:
            if self._registry.replace(old, new, carried.catch_up):
                serves = new
            else:
                new.close()
        else:
            has_carried = any(carrier.has_carried(new) for carrier in self._carriers)
            new.close()
            if has_carried:
                # The state may not match the new code, for example if hooks are in another order.
                self._replace(old, keep_state=False)
                return
            self._registry.tell(FAULT, fault(reports.describe(error, "the app")), old)
        self._registry.tell(STATUS, status("running", ""), serves)

    def _note_first_run(self, kernel: VirtualKernel) -> None:
        note_first_run(kernel)
        for carrier in self._carriers:
            carrier.note_initial(kernel)
