"""Gives the widgets of new code the ids of the widgets that they replace.

A page that gets the state of a widget that it knows changes that widget's model, and its views stay
as they are: with their scroll positions, their focus, and the text that is being typed. So a new
widget gets, when it is made, the id of an old one of its kind: the one with the same label that
shows the same widgets, as far as there is one. A choice that fits less well is not wrong; its views
are only changed more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sundog.reload.widgets import MODEL_TRAITS, Kind, children, is_own, label, references

if TYPE_CHECKING:
    from sundog.kernel import VirtualKernel

# How many old widgets of a kind are compared, in the order of their creation.
CANDIDATES = 40


@dataclass(frozen=True, slots=True)
class _Old:
    id: str
    label: str
    refers_to: frozenset[str]


class ModelIdMatcher:
    """Chooses ids for the widgets of one run from those of the run before."""

    def __init__(self, old: VirtualKernel) -> None:
        self._by_kind: dict[Kind, list[_Old]] = {}
        for widget_id, widget in list(old.widgets.items()):
            if not is_own(widget):
                continue
            values = widget._trait_values
            kind = tuple(str(_value(widget, name)) for name in MODEL_TRAITS)
            refers_to = frozenset(
                str(each._model_id) for _, found in children(widget) for each in found
            )
            known = _Old(widget_id, label(values), refers_to)
            self._by_kind.setdefault(kind, []).append(known)

    def propose(self, data: dict[str, Any]) -> str | None:
        """Return the id for a widget that is opened with some data; None if none fits."""
        state = data.get("state")
        if not isinstance(state, dict):
            return None
        candidates = self._by_kind.get(tuple(str(state.get(name)) for name in MODEL_TRAITS))
        if not candidates:
            return None
        name, refers_to = label(state), frozenset(references(state))

        def fitness(old: _Old) -> tuple[bool, int]:
            return old.label == name, len(old.refers_to & refers_to)

        # The first of those that fit equally well.
        best = max(candidates[:CANDIDATES], key=fitness)
        if name and best.label and best.label != name:
            return None
        candidates.remove(best)
        return best.id


def _value(widget: Any, name: str) -> Any:
    return widget._trait_values.get(name, getattr(widget, name, None))
