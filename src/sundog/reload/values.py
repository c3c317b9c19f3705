"""Gives the widgets of new code the values that users and callbacks gave the old ones."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from traitlets import TraitError

from sundog.app.program import RunningPage, only_page
from sundog.comparison import same_value
from sundog.hooks.widgets.changed_values import VALUE_TRAITS, changed_values
from sundog.reload.matching import Pair, match
from sundog.reload.widgets import children, roots

if TYPE_CHECKING:
    from sundog.kernel import VirtualKernel

logger = logging.getLogger(__name__)

RunningPages = Callable[["VirtualKernel"], Mapping[str, RunningPage]]

# Values that are set again make callbacks build widgets, which may have had values too.
ROUNDS = 3


class CarryOver:
    """Sets values in a kernel in which the app has run; used on its logical thread.

    Values that a page has set are entered again, so that the new code's callbacks run. Values that
    the old callbacks have set are kept, unless the new callbacks set others or the code's own value
    has changed.

    Args:
        old: The kernel of the old code.
        new: The kernel of the new code.
        pages_before: Returns the pages that run in the old kernel, by name.
        pages_after: Returns those that run in the new kernel.
    """

    def __init__(
        self,
        old: VirtualKernel,
        new: VirtualKernel,
        pages_before: RunningPages = only_page,
        pages_after: RunningPages = only_page,
    ) -> None:
        self._old = old
        self._new = new
        self._pages_before = pages_before
        self._pages_after = pages_after
        self._before, self._after = changed_values(old), changed_values(new)
        self._pairs: list[Pair] = []
        # The values that were entered again, by old widget and trait.
        self._entered: dict[tuple[int, str], Any] = {}

    def begin(self) -> None:
        """Carry over all that fits."""
        done: set[int] = set()
        for _ in range(ROUNDS):
            fresh = [pair for pair in self._match() if id(pair[1]) not in done]
            if not fresh:
                break
            for theirs, ours in fresh:
                if id(ours) not in done:
                    done.add(id(ours))
                    self._enter_again(theirs, ours)
                    self._pairs.append((theirs, ours))
        for theirs, ours in self._pairs:
            self._keep_results(theirs, ours)

    def catch_up(self) -> None:
        """Carry over what a page has set since, while its messages still went to the old kernel."""
        for theirs, ours in self._pairs:
            self._enter_again(theirs, ours)

    def _match(self) -> list[Pair]:
        """Return the pairs of widgets on all pages that run in both kernels."""
        before, after = self._pages_before(self._old), self._pages_after(self._new)
        return [
            pair
            for name in after
            if name in before
            for pair in match(roots(self._old, before[name]), roots(self._new, after[name]))
        ]

    def _enter_again(self, theirs: Any, ours: Any) -> None:
        names = {
            name
            for name in self._before.set_by_page(theirs)
            if not name.startswith("_") and ours.has_trait(name)
        }
        # A page may have set children, which are no widgets of this run.
        names -= {name for name, _ in children(theirs)}
        if names:
            self._after.note_set(ours, names)
        for name, value in _by_meaning(theirs, names).items():
            key = (id(theirs), name)
            if key in self._entered and same_value(self._entered[key], value):
                continue
            self._entered[key] = value
            _set(self._new, ours, name, value)

    def _keep_results(self, theirs: Any, ours: Any) -> None:
        was, now = self._before.made_with(theirs), self._after.made_with(ours)
        if self._before.set_by_page(theirs):
            return
        for name in VALUE_TRAITS:
            if name not in was or name not in now:
                continue
            value = theirs._trait_values.get(name)
            unchanged = same_value(was[name], now[name]) and same_value(
                getattr(ours, name), now[name]
            )
            if unchanged and not same_value(value, was[name]):
                _set(self._new, ours, name, value)


def _by_meaning(theirs: Any, names: set[str]) -> dict[str, Any]:
    """Return the values to set; a selection by its label, not by its position."""
    if "index" in names and theirs.has_trait("options") and theirs.has_trait("label"):
        names = names - {"index", "value"} | {"label"}
    return {name: getattr(theirs, name) for name in sorted(names)}


def _set(new: VirtualKernel, widget: Any, name: str, value: Any) -> None:
    try:
        setattr(widget, name, value)
    except TraitError as error:
        logger.debug("[%s] a value does not fit any more: %s", new.log_id, error)
    except Exception as error:  # noqa: BLE001 - the boundary between the app and the server
        new.report_error(error, "a widget's callback")
