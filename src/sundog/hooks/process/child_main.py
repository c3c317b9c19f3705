"""Runs as ``__main__`` in a process that a script has spawned, and imports nothing of the server.

The script itself, which `sys.argv` names, runs when something of it is first asked for.
"""

from __future__ import annotations

import runpy
import sys
from typing import Any


def __getattr__(name: str) -> Any:
    main = sys.modules["__main__"]
    names = vars(main)
    if (name.startswith("__") and name.endswith("__")) or "_sundog_script_runs" in names:
        raise AttributeError(f"module '__main__' has no attribute {name!r}")
    names["_sundog_script_runs"] = True
    names.update(_run(sys.argv[0]))
    try:
        return names[name]
    except KeyError:
        raise AttributeError(f"module '__main__' has no attribute {name!r}") from None


def _run(path: str) -> dict[str, Any]:
    from multiprocessing import process

    from IPython.display import display

    # A script that starts processes at its top level, and so would start them here again, gets
    # Python's own error.
    current: Any = process.current_process()
    current._inheriting = True
    try:
        found = {"display": display, "get_ipython": lambda: None}
        return runpy.run_path(path, found, run_name="__mp_main__")
    finally:
        del current._inheriting
