"""What an app's run has left to show."""

from __future__ import annotations

import functools
import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from ipywidgets import Widget

from sundog.app.loading.model import App, Kind
from sundog.errors import AppNotFoundError, AppResultError
from sundog.solara.components import is_component, is_routes

# In this order, before the value of the last expression.
NAMES = ("routes", "Page", "page", "app")


@dataclass(frozen=True, slots=True)
class Result:
    """Something to show: its mime bundle and metadata, or an object that shows itself."""

    value: Any
    data: dict[str, Any]
    metadata: dict[str, Any]

    @property
    def is_component(self) -> bool:
        """Whether it is rendered for each kernel, instead of made by each."""
        return is_component(self.value) or is_routes(self.value)

    @property
    def is_function(self) -> bool:
        """Whether it is called to make the page, with parts of the page's address."""
        return is_page_function(self.value)

    @property
    def is_rich(self) -> bool:
        """Whether it is more than its repr."""
        return not self.data or any(mime != "text/plain" for mime in self.data)

    def show(self) -> None:
        """Show it where the running code's displays go."""
        if self.data:
            InteractiveShell.instance().display_pub.publish(self.data, self.metadata)
        else:
            display(self.value)


def named_result(app: App, namespace: Mapping[str, Any]) -> Result | None:
    """Return what an app names as its page, None if it names nothing.

    Raises `AppNotFoundError` where the object asked for does not exist, and `AppResultError` where
    it is nothing that can be shown.
    """
    if app.object_path is not None:
        value = _lookup(app, namespace, app.object_path)
        result = to_result(value)
        if not isinstance(result.value, Widget) and not result.is_rich:
            raise AppResultError(cannot_be_shown(value, f"{app.object_path!r}"))
        return result
    for name in NAMES:
        value = namespace.get(name)
        if value is None or (name == "routes" and not is_routes(value)):
            continue
        if name == "Page" and is_page_function(value):
            return Result(value, {}, {})
        if name != "routes" and not may_be_page(value):
            continue
        result = to_result(value)
        if result.is_rich:
            return result
    return None


def to_result(value: Any) -> Result:
    """Return a value with its mime bundle, if it does not show itself."""
    if is_component(value) or is_routes(value) or hasattr(type(value), "_ipython_display_"):
        return Result(value, {}, {})
    data, metadata = InteractiveShell.instance().display_formatter.format(value)
    return Result(value, data, metadata)


def may_be_page(value: Any) -> bool:
    """Whether a value can be meant to be shown, and is not only called ``page`` or ``app``."""
    plain = (str, bytes, int, float, complex, list, tuple, dict, set, type, types.ModuleType)
    return not isinstance(value, plain) and not is_code(value)


def is_page_function(value: Any) -> bool:
    """Whether a value makes a page when it is called: a function, or a class of widgets."""
    return isinstance(value, types.FunctionType) or (
        isinstance(value, type) and issubclass(value, Widget)
    )


def is_code(value: Any) -> bool:
    """Whether a value is a function or the like, which has nothing to show."""
    return isinstance(
        value,
        (
            types.FunctionType,
            types.BuiltinFunctionType,
            types.MethodType,
            functools.partial,
            type,
            types.ModuleType,
        ),
    )


def no_result(app: App, last: Any) -> AppResultError:
    """Return the error of an app that has left nothing to show."""
    if last is not None and app.kind is not Kind.NOTEBOOK:
        return AppResultError(cannot_be_shown(last, f"the last expression of {app.name}"))
    where = "a cell" if app.kind is Kind.NOTEBOOK else "the last line"
    return AppResultError(
        f"{app.name} ran, but left nothing to show. Make {where} the widget to show, "
        "name it `page`, or call display() on it."
    )


def cannot_be_shown(value: Any, what: str) -> str:
    """Return what is said of a value that is meant to be a page and is none."""
    kind = type(value)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    hint = " Call it, if it returns the widget to show." if is_code(value) else ""
    return (
        f"{what} is a {name}, which can't be shown as a page.{hint} "
        "A page is a widget, a figure, a table, or anything else that a notebook shows richly."
    )


def _lookup(app: App, namespace: Mapping[str, Any], object_path: str) -> Any:
    first, *rest = object_path.split(".")
    if first not in namespace:
        names = [n for n in NAMES if n in namespace] or [
            n for n, v in namespace.items() if isinstance(v, Widget)
        ]
        hint = f" It has: {', '.join(names[:8])}." if names else ""
        raise AppNotFoundError(f"{app.name} has no object named {first!r}.{hint}")
    value = namespace[first]
    seen = first
    for name in rest:
        if not hasattr(value, name):
            raise AppNotFoundError(f"{seen!r} in {app.name} has no attribute {name!r}.")
        value = getattr(value, name)
        seen += f".{name}"
    return value
