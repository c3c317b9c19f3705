"""The names of a widget's synchronised traits are computed once per class.

Upstream reason: ipywidgets filters all traits of a class again for every new widget, which is a
quarter of the time to create it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from ipywidgets.widgets.widget import Widget
from traitlets.traitlets import DefaultHandler


def install() -> Callable[[], None]:
    """Replace the generator of the `keys` trait's default; return what restores it."""
    handler: DefaultHandler = vars(Widget)["_default_keys"]
    former = handler.func
    # A plain dict is enough: two threads that find the same names do no harm.
    names_by_class: WeakKeyDictionary[type[Any], tuple[str, ...]] = WeakKeyDictionary()

    def keys(widget: Any) -> list[str]:
        cls = type(widget)
        names = names_by_class.get(cls)
        if names is None:
            names = names_by_class[cls] = tuple(former(widget))
        return list(names)

    handler.func = keys  # type: ignore[assignment]

    def uninstall() -> None:
        handler.func = former

    return uninstall
