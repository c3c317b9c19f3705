"""Differences between IPython's versions that matter where one shell serves all kernels."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from sundog.scope import scoped


def load_for_all(manager: Any) -> None:
    """Load magics that IPython loads at first use only once, for all kernels."""
    load = getattr(manager, "load_lazy", None)
    if load is None:
        # Before IPython 9.14, all are loaded with the shell.
        return
    # The lock guards the list of loaded magics, which is written before loading.
    lock = threading.RLock()

    def load_lazy(magic_name: str, magic_kind: str | None = None) -> None:
        with lock, scoped(None):
            load(magic_name, magic_kind)

    manager.load_lazy = load_lazy


@contextlib.contextmanager
def no_database() -> Iterator[None]:
    """Prevent the shell of IPython before 9.16 from creating a database on disk."""
    module: Any = sys.modules[InteractiveShell.__module__]
    database = getattr(module, "PickleShareDB", None)
    if database is None:
        yield
        return
    module.PickleShareDB = lambda root: {}
    try:
        yield
    finally:
        module.PickleShareDB = database
