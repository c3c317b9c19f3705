"""Finds the stand-ins where `solara-ui` imports its server.

Upstream reason: `solara-ui` learns the running kernel, the mode and the files to watch from modules
named ``solara.server.…``, and takes itself to be in a notebook where they are missing. The finder
comes before the one that looks into folders, because the modules of another server may be
installed as well.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import logging
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from sundog.solara.compat.stand_ins import MARKER, SERVER

logger = logging.getLogger(__name__)

REPORT = (
    "Sundog replaces this module, and does not have this name. Please report it to Sundog's issue "
    "tracker with the name and the code that uses it."
)


class StandIn(ModuleType):
    """A module of ours under another's name."""

    def __getattr__(self, name: str) -> Any:
        """Report the missing name. Raises `AttributeError`."""
        message = f"{self.__name__}.{name} is missing. {REPORT}"
        if not name.startswith("__") and not hasattr(self, "__path__"):
            # ``from … import …`` swallows the error and raises one of its own.
            logger.error("%s", message)
        raise AttributeError(message)


class StandInFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds and loads the stand-ins."""

    def __init__(self, modules: Mapping[str, Mapping[str, Any]]) -> None:
        self._modules = modules

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of a stand-in; None for modules that are not the server's.

        Raises:
            ModuleNotFoundError: There is no stand-in for a module of the server.
        """
        if fullname != SERVER and not fullname.startswith(SERVER + "."):
            return None
        if fullname not in self._modules:
            raise ModuleNotFoundError(f"{fullname} is missing. {REPORT}", name=fullname)
        return importlib.machinery.ModuleSpec(
            fullname, self, origin="sundog", is_package=fullname == SERVER
        )

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """Return an empty stand-in."""
        return StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Fill a stand-in."""
        vars(module).update(self._modules[module.__name__])


def is_in_use() -> bool:
    """Whether `solara` has been imported and found its server here."""
    return isinstance(sys.modules.get(MARKER), StandIn)


def may_be_used() -> bool:
    """Whether `solara` is installed, for an app that has not been run yet."""
    return is_in_use() or importlib.util.find_spec("solara") is not None
