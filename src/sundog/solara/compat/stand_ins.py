"""The modules that `solara-ui` imports of its server, by name, and what they hold."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from sundog.config import Settings
from sundog.solara.compat import context
from sundog.solara.compat.settings import setting_groups

SERVER: Final = "solara.server"
MARKER: Final = f"{SERVER}.starlette"
"""The module whose presence says to `solara-ui` that an app runs in a server."""

AddFile = Callable[[Path], None]


class AppType(enum.StrEnum):
    """What kind of file an app came from."""

    SCRIPT = "script"
    NOTEBOOK = "notebook"
    MODULE = "module"
    DIRECTORY = "directory"


class Watcher:
    """Takes the files that the app is made of."""

    def __init__(self, add_file: AddFile) -> None:
        self._add_file = add_file

    def add_file(self, file: str | Path, *_: object) -> None:
        """Watch one more file for changes."""
        self._add_file(Path(file))


def stand_ins(settings: Settings, add_file: AddFile) -> Mapping[str, Mapping[str, Any]]:
    """Return the content of each module; `add_file` is called with the files of the app."""
    reloader = SimpleNamespace(watcher=Watcher(add_file), watched_modules=set(), on_change=None)
    return {
        SERVER: {},
        f"{SERVER}.app": {"apps": {}, "AppType": AppType},
        f"{SERVER}.kernel_context": {
            "VirtualKernelContext": context.VirtualKernelContext,
            "async_stack": context.left_scopes,
            "get_current_context": context.get_current_context,
            "get_current_thread_key": context.get_current_thread_key,
            "has_current_context": context.has_current_context,
        },
        f"{SERVER}.reload": {"reloader": reloader},
        f"{SERVER}.server": {"_redirects": {}},
        f"{SERVER}.settings": setting_groups(settings),
        MARKER: {},
        f"{SERVER}.telemetry": {"jupyter_start": _nothing},
    }


def _nothing() -> None:
    """Report nothing."""
