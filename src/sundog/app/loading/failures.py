"""Errors of an app's own code, without the frames of the server."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from sundog.errors import AppExecutionError
from sundog.hooks.core.tracebacks import told_traceback

_OF_SOLARA: Final = frozenset(("solara", "reacton", "ipyvuetify", "ipyvue"))
# What `pip install solara-ui` leaves out, and `solara-ui[all]` installs.
_OF_SOLARA_ALL: Final = frozenset(
    ("markdown", "pymdownx", "pygments", "cachetools", "PIL", "numpy")
)


def execution_error(
    cause: BaseException, app: str, folder: Path | None = None
) -> AppExecutionError:
    """Return the error that says what an app has raised, and where; to be raised from the cause.

    Args:
        cause: What was raised.
        app: The name of the app.
        folder: Where the app's file is. The error says so if a file that is missing is there.
    """
    told = told_traceback(cause)
    if isinstance(cause, SyntaxError) and cause.filename is not None:
        file, line = cause.filename, cause.lineno
        if file.startswith(app):
            # It is the app's own source, so frames that compiled it are left out.
            told.stack.clear()
    elif told.stack:
        file, line = told.stack[-1].filename, told.stack[-1].lineno
    else:
        file, line = None, None
    if isinstance(cause, SystemExit):
        what = f"it called sys.exit({'' if cause.code is None else repr(cause.code)})"
    elif isinstance(cause, SyntaxError):
        what = f"{type(cause).__name__}: {cause.msg}"
    else:
        what = f"{type(cause).__name__}: {cause}" if str(cause) else type(cause).__name__
    where = "" if file is None else f" ({file}, line {line})"
    return AppExecutionError(
        f"{app} could not run: {what}{where}{_hint(cause, folder)}",
        file=file,
        line=line,
        traceback="".join(told.format()),
    )


def missing_module(cause: BaseException) -> str:
    """Return how to install a module that Solara apps need, if the error is that it is missing."""
    if not isinstance(cause, ModuleNotFoundError) or cause.name is None:
        return ""
    name = cause.name.partition(".")[0]
    if name in _OF_SOLARA or (name in _OF_SOLARA_ALL and "solara" in sys.modules):
        return f"{name} is part of what Solara apps need: pip install 'sundog[solara]'"
    return ""


def _hint(cause: BaseException, folder: Path | None) -> str:
    """Return what to do if a module of Solara, or a file next to the app, is missing."""
    if isinstance(cause, ModuleNotFoundError):
        hint = missing_module(cause)
        return f". {hint}" if hint else ""
    if not isinstance(cause, FileNotFoundError) or folder is None:
        return ""
    name = os.fsdecode(cause.filename) if isinstance(cause.filename, (str, bytes)) else ""
    if not name or os.path.isabs(name) or not (folder / name).exists():
        return ""
    return (
        f". The file is beside the app, but the working directory is {Path.cwd()}. Open it as "
        f"Path(__file__).parent / {name!r}, or start the server in {folder}."
    )
