"""Processes that an app spawns find the app's functions, without running the app first.

Upstream reason: a spawned process gets the path of ``__main__`` and runs it again, before anything
else. Of a notebook it would run the JSON as Python. Of a script it would do all that the script
does, even where only functions of modules are called.

As in Jupyter, a notebook's own functions can't be used in spawned processes. Those of a script can:
the script runs there, as ``__mp_main__``, when something of it is first asked for.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from sundog.hooks.core.after_import import after_import
from sundog.hooks.core.replaced import Replaced
from sundog.scope import current_scope

FUNCTION: Final = "get_preparation_data"
PATH, NAME = "init_main_from_path", "init_main_from_name"
STAND_IN: Final = "sundog.hooks.process.child_main"


def install() -> Callable[[], None]:
    """Wait for multiprocessing and loky; return what undoes what has been replaced by then."""

    def patch(module: ModuleType, replaced: Replaced) -> None:
        replaced.set(module, FUNCTION, _without_main(getattr(module, FUNCTION)))

    names = ("multiprocessing.spawn", "loky.backend.spawn", "joblib.externals.loky.backend.spawn")
    return after_import(dict.fromkeys(names, patch))


def _without_main(original: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    @functools.wraps(original)
    def get_preparation_data(*args: Any, **kwargs: Any) -> dict[str, Any]:
        data = original(*args, **kwargs)
        scope = current_scope()
        if scope is None or not {PATH, NAME} & set(data):
            return data
        data.pop(PATH, None)
        data.pop(NAME, None)
        file = scope.namespace.get("__file__")
        if isinstance(file, str) and Path(file).suffix == ".py":
            data[NAME] = STAND_IN
            data["sys_argv"] = [file, *data.get("sys_argv", [""])[1:]]
        return data

    return get_preparation_data
