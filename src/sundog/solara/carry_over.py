"""Gives components of new code the state that users changed in the old code.

Reacton identifies hooks (such as `use_state`) by component and order. Reactive variables of modules
are identified by their names. Unchanged state starts with the new code's values.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sundog.comparison import same_value
from sundog.scope import scoped
from sundog.solara.components import HOOK_STATE, RENDER_CONTEXT

if TYPE_CHECKING:
    from sundog.kernel import VirtualKernel

logger = logging.getLogger(__name__)

_INITIAL = "sundog.solara.carry_over.initial"

Namespaces = Mapping[str, Mapping[str, Any]]
State = dict[str, Any]


class ComponentState:
    """The state of components that a reload keeps; see `sundog.reload.state`."""

    def note_initial(self, kernel: VirtualKernel) -> None:
        """Note the initial values of the hooks of a kernel's components."""
        _note_initial(kernel)

    def carry(
        self, old: VirtualKernel, new: VirtualKernel, before: Namespaces, after: Namespaces
    ) -> None:
        """Give a new kernel the values of hooks and reactive variables that users have changed."""
        state = _hook_state(old)
        new.local(HOOK_STATE, lambda: state)
        _carry_reactive(old, new, before, after)

    def has_carried(self, kernel: VirtualKernel) -> bool:
        """Return whether a kernel got values of hooks, which may not match the new code."""
        return bool(kernel.peek(HOOK_STATE))


# Hooks -------------------------------------------------------------------------------------------


def _note_initial(kernel: VirtualKernel) -> None:
    context = kernel.peek(RENDER_CONTEXT)
    if context is not None:
        # State that was carried over counts as changed in the next version too.
        begun_with = kernel.peek(HOOK_STATE) or {}
        kernel.local(_INITIAL, lambda: _without(_copy(context.state_get()), begun_with))


def _hook_state(kernel: VirtualKernel) -> State:
    """Return the changed state of a kernel's hooks."""
    context = kernel.peek(RENDER_CONTEXT)
    if context is None:
        return {}
    return _changed(_copy(context.state_get()), kernel.peek(_INITIAL) or {})


def _copy(state: State) -> State:
    children = state.get("children") or {}
    return {
        "state": dict(state.get("state") or {}),
        "children": {name: _copy(below) for name, below in children.items()},
    }


def _without(state: State, other: State) -> State:
    """Return a state without the values that another one has."""
    theirs, below = other.get("state") or {}, other.get("children") or {}
    return {
        "state": {name: v for name, v in state["state"].items() if name not in theirs},
        "children": {
            name: _without(each, below.get(name) or {}) for name, each in state["children"].items()
        },
    }


def _changed(state: State, initial: State) -> State:
    was, below = initial.get("state") or {}, initial.get("children") or {}
    values = {
        name: value
        for name, value in state["state"].items()
        if name not in was or not same_value(value, was[name])
    }
    children = {
        name: changed
        for name, each in state["children"].items()
        if (changed := _changed(each, below.get(name) or {}))
    }
    found: State = {}
    if values:
        found["state"] = values
    if children:
        found["children"] = children
    return found


# Reactive variables ------------------------------------------------------------------------------


def _carry_reactive(
    old: VirtualKernel, new: VirtualKernel, before: Namespaces, after: Namespaces
) -> None:
    """Set a kernel's reactive variables of the new code to the values of the old code's."""
    solara = sys.modules.get("solara")
    kind = getattr(solara, "Reactive", None)
    if kind is None:
        return
    for place, names in after.items():
        former = before.get(place) or {}
        for name, variable in list(names.items()):
            other = former.get(name)
            if isinstance(variable, kind) and isinstance(other, kind) and other is not variable:
                _carry_one(old, new, other, variable)


def _carry_one(old: VirtualKernel, new: VirtualKernel, theirs: Any, ours: Any) -> None:
    try:
        with scoped(None):
            initial = theirs.peek()
        with old.entered():
            value = theirs.peek()
        if not same_value(value, initial):
            with new.entered():
                ours.value = value
    except Exception as error:  # noqa: BLE001 - a value that does not fit is left out
        logger.debug("[%s] a reactive variable starts again: %s", new.log_id, error)
