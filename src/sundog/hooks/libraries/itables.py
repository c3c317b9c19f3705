"""Each kernel decides whether itables shows tables of pandas and polars.

Upstream reason: `itables.init_notebook_mode()` replaces methods of their classes, which all kernels
share, so tables of other users' pages would change too, even in apps that never load the code that
draws such tables.

itables is never imported here: the hook waits until the app imports it.
"""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

from sundog.hooks.core.after_import import after_import
from sundog.hooks.core.replaced import Replaced
from sundog.kernel import current_kernel

_METHOD: Final = "_repr_html_"
_CLASSES: Final = (
    ("pandas", "DataFrame"),
    ("pandas", "Series"),
    ("pandas.io.formats.style", "Styler"),
    ("polars", "DataFrame"),
    ("polars", "Series"),
)
# Replaces the methods and nothing else; before 2.6, does so among other things.
_CHOOSE: Final = "set_itables_repr_html_methods"
_INIT: Final = "init_notebook_mode"


class Choice:
    """Whether a kernel wants all tables shown by itables; None: as outside of any kernel."""

    __slots__ = ("interactive",)

    def __init__(self) -> None:
        self.interactive: bool | None = None


class Method:
    """A class's method, or itables' own, as the running kernel has chosen."""

    def __init__(self, former: Any, interactive: Any, chosen: Callable[[], bool]) -> None:
        # Some classes have no such method, and code that looks for it must find none.
        self.former = former
        self._interactive = interactive
        self._chosen = chosen

    def __get__(self, instance: Any, owner: type) -> Any:
        method = self._interactive if self._chosen() else self.former
        if method is None:
            raise AttributeError(_METHOD)
        return method.__get__(instance, owner)


class _Choices:
    def __init__(self, replaced: Replaced) -> None:
        self._replaced = replaced
        self._shared = Choice()
        self._methods: dict[type, Method] = {}

    def patch(self, module: Any) -> None:
        name = _CHOOSE if hasattr(module, _CHOOSE) else _INIT
        original = getattr(module, name)
        parameters = inspect.signature(original)

        @functools.wraps(original)
        def choose(*args: Any, **kwargs: Any) -> None:
            self._put_methods(module._datatables_repr_)
            if name == _INIT:
                original(*args, **kwargs)
                self._put_methods(module._datatables_repr_)
            given = parameters.bind(*args, **kwargs)
            given.apply_defaults()
            self._own().interactive = bool(given.arguments["all_interactive"])

        self._replaced.set(module, name, choose)

    def _own(self) -> Choice:
        kernel = current_kernel()
        return self._shared if kernel is None else kernel.local(Choice, Choice)

    def _chosen(self) -> bool:
        own = self._own().interactive
        return bool(self._shared.interactive if own is None else own)

    def _put_methods(self, interactive: Any) -> None:
        for module_name, name in _CLASSES:
            try:
                owner = getattr(importlib.import_module(module_name), name)
            except ImportError:
                continue
            if owner not in self._methods:
                former = vars(owner).get(_METHOD)
                self._methods[owner] = Method(former, interactive, self._chosen)
                self._replaced.set(owner, _METHOD, self._methods[owner])
            elif vars(owner).get(_METHOD) is not self._methods[owner]:
                # itables has replaced it.
                setattr(owner, _METHOD, self._methods[owner])


def install() -> Callable[[], None]:
    """Wait for itables; return a function that undoes all replacements."""

    def patch(module: ModuleType, replaced: Replaced) -> None:
        _Choices(replaced).patch(module)

    return after_import({"itables.javascript": patch})
