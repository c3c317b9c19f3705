"""Errors of an app's own code, told without our frames."""

from __future__ import annotations

from sundog.errors import AppExecutionError
from sundog.hooks.core.tracebacks import told_traceback


def execution_error(cause: BaseException, app: str) -> AppExecutionError:
    """Return the error that says where in an app what was raised; to be raised from the cause."""
    told = told_traceback(cause)
    if isinstance(cause, SyntaxError) and cause.filename is not None:
        file, line = cause.filename, cause.lineno
        if file.startswith(app):
            # It is the app's own source: how it came to be compiled is no news.
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
        f"{app} could not run: {what}{where}",
        file=file,
        line=line,
        traceback="".join(told.format()),
    )
