"""Lets apps made with `solara-ui` run, as soon as they import it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from sundog.config import Settings
from sundog.hooks.core.after_import import after_import
from sundog.hooks.core.install import Uninstall
from sundog.hooks.core.replaced import Replaced
from sundog.kernel import require_kernel, run_now, start_callbacks
from sundog.solara.compat.diagrams import keep_lines
from sundog.solara.compat.finder import StandInFinder
from sundog.solara.compat.stand_ins import MARKER, SERVER, stand_ins

Modules = Mapping[str, Mapping[str, Any]]


def _ignore(path: Path) -> None:
    pass


@dataclass(frozen=True, slots=True)
class CompatHook:
    """The hook of a server with some settings.

    All of them are equal, because a process has one of each module: that of its first server.

    Attributes:
        settings: The server's settings.
        add_file: Watches a file.
        more: Additional contents of the modules.
    """

    settings: Settings = field(compare=False)
    add_file: Callable[[Path], None] = field(default=_ignore, compare=False)
    more: Modules = field(default_factory=dict, compare=False)

    def __call__(self) -> Uninstall:
        """Install the modules; return a function that removes them."""
        modules, more = stand_ins(self.settings, self.add_file), self.more
        names = (*modules, *(name for name in more if name not in modules))
        return _install({name: {**modules.get(name, {}), **more.get(name, {})} for name in names})


def _install(modules: Modules) -> Uninstall:
    finder = StandInFinder(modules)

    def solara_is_there(module: ModuleType, replaced: Replaced) -> None:
        importlib.import_module(MARKER)
        # Code for notebooks reaches its shell through this.
        shell: Any = InteractiveShell.instance()
        shell.kernel = SimpleNamespace(shell=shell)
        replaced.callback(delattr, shell, "kernel")
        replaced.callback(start_callbacks.add(start_kernel))
        replaced.callback(keep_lines())

    def no_call_home(checks: ModuleType, replaced: Replaced) -> None:
        # They would make pages contact an address on the internet, once per installation.
        for name in ("should_perform_solara_check", "should_perform_jupyter_check"):
            replaced.set(checks, name, _no_check)

    sys.meta_path.insert(0, finder)
    undo = after_import({"solara": solara_is_there, "solara.checks": no_call_home})

    def uninstall() -> None:
        undo()
        sys.meta_path.remove(finder)
        solara = sys.modules.get("solara")
        for name in [n for n in sys.modules if n == SERVER or n.startswith(SERVER + ".")]:
            del sys.modules[name]
        if solara is not None:
            vars(solara).pop("server", None)

    return uninstall


def _no_check() -> bool:
    return False


def start_kernel() -> None:
    """Do what Solara apps expect at the start of a kernel."""
    import solara.lab
    import solara.lifecycle

    kernel = require_kernel()
    request = kernel.request
    if not kernel.is_dry_run:
        solara.lab.cookies.value = dict(request.cookies)
        solara.lab.headers.value = {
            name: list(request.headers.all(name)) for name in request.headers
        }
        for entry in list(solara.lifecycle._on_kernel_start_callbacks):
            run_now(kernel, entry.callback)
