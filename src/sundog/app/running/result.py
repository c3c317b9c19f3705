"""What an app shows: the object that it names as its page, or the value of its last line."""

from __future__ import annotations

import functools
import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from ipywidgets import Widget

from sundog.app.components import ComponentLibrary
from sundog.app.loading.model import App, Kind
from sundog.errors import AppNotFoundError, AppResultError

# In this order, before the value of the last expression.
NAMES = ("routes", "Page", "page", "app")


@dataclass(frozen=True, slots=True)
class Result:
    """Something to show.

    Attributes:
        value: The object.
        data: Its mime bundle; empty if the object shows itself.
        metadata: The metadata of the mime bundle.
        is_component: Whether the component library renders it for each kernel.
    """

    value: Any
    data: dict[str, Any]
    metadata: dict[str, Any]
    is_component: bool = False

    @property
    def is_function(self) -> bool:
        """Whether the page is what it returns when called with parts of the page's address."""
        return is_page_function(self.value)

    @property
    def is_rich(self) -> bool:
        """Whether it is more than its repr."""
        return not self.data or any(mime != "text/plain" for mime in self.data)

    def show(self) -> None:
        """Display it in the output area of the running code."""
        if self.data:
            InteractiveShell.instance().display_pub.publish(self.data, self.metadata)
        else:
            display(self.value)


def named_result(
    app: App, namespace: Mapping[str, Any], library: ComponentLibrary
) -> Result | None:
    """Return the object that an app names as its page, None if it names none.

    Raises:
        AppNotFoundError: The object that was asked for does not exist.
        AppResultError: It can't be shown.
    """
    if app.object_path is not None:
        value = _lookup(app, namespace, app.object_path)
        result = to_result(value, library)
        if not isinstance(result.value, Widget) and not result.is_rich:
            raise AppResultError(cannot_be_shown(value, f"{app.object_path!r}"))
        return result
    for name in NAMES:
        value = namespace.get(name)
        if value is None or (name == "routes" and not library.is_routes(value)):
            continue
        if name == "Page" and is_page_function(value):
            return Result(value, {}, {})
        if name != "routes" and not may_be_page(value):
            continue
        result = to_result(value, library)
        if result.is_rich:
            return result
    return None


def to_result(value: Any, library: ComponentLibrary) -> Result:
    """Return a value with its mime bundle, if it does not show itself."""
    if library.renders(value):
        return Result(value, {}, {}, is_component=True)
    if hasattr(type(value), "_ipython_display_"):
        return Result(value, {}, {})
    data, metadata = InteractiveShell.instance().display_formatter.format(value)
    return Result(value, data, metadata)


def may_be_page(value: Any) -> bool:
    """Whether a value named ``page`` or ``app`` can be meant as the page."""
    plain = (str, bytes, int, float, complex, list, tuple, dict, set, type, types.ModuleType)
    return not isinstance(value, plain) and not is_code(value)


def is_page_function(value: Any) -> bool:
    """Whether a value makes a page when it is called: a function, or a widget class."""
    return isinstance(value, types.FunctionType) or (
        isinstance(value, type) and issubclass(value, Widget)
    )


def is_code(value: Any) -> bool:
    """Whether a value is a function, a class or a module, which has nothing to show."""
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
    """Return the error of an app that shows nothing."""
    if last is not None and app.kind is not Kind.NOTEBOOK:
        return AppResultError(cannot_be_shown(last, f"the last expression of {app.name}"))
    where = "a cell" if app.kind is Kind.NOTEBOOK else "the last line"
    return AppResultError(
        f"{app.name} ran, but showed nothing. Put the widget to show in {where}, "
        "name it `page`, or call display() on it."
    )


def cannot_be_shown(value: Any, what: str) -> str:
    """Return the message for a value that is meant as a page and can't be one."""
    kind = type(value)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    hint = " If it returns the widget to show, call it." if is_code(value) else ""
    return (
        f"{what} is a {name}, which can't be shown as a page.{hint} "
        "A page can be a widget, a figure, a table, or any other object with a rich display."
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
