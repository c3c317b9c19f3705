"""Messages about reloads for pages and the log, as specified in docs/protocol.md."""

from __future__ import annotations

import json
import logging
from typing import Any, Final

from sundog.errors import AppError, AppExecutionError
from sundog.hooks.core.tracebacks import told_traceback
from sundog.kernel import errors as reports

logger = logging.getLogger(__name__)

FAULT: Final = "fault"
STATUS: Final = "status"


def status(state: str, text: str) -> str:
    """Return the control message with the server's progress.

    Args:
        state: ``starting``, ``running`` or ``reloading``.
        text: A sentence for the page, or nothing.
    """
    return json.dumps({"type": "status", "state": state, "text": text})


def fault(report: dict[str, Any] | None) -> str:
    """Return the control message with the reason why the code can't run, or None if it can."""
    return json.dumps({"type": "fault", "report": report})


def describe_failure(error: BaseException, what: str, hint: str) -> dict[str, Any]:
    """Log why code can't run, and return the report for pages.

    Args:
        error: The error of the app's dry run.
        what: What happened, for the log.
        hint: What happens next.
    """
    report = reports.describe(_cause_of(error), "the app")
    text = f"{_message_of(error)}\n{hint}"
    if isinstance(error, AppError) and error.__cause__ is None:
        # It was not raised by the app's code, so there is no position to show.
        logger.error("%s: %s\n%s", what, error, hint)
        return {"id": report["id"], "title": "The app can't run", "text": text}
    report["text"] = text
    if isinstance(error, AppExecutionError):
        report["traceback"] = error.traceback
    reports.log(f"{what}. {hint}", told_traceback(_cause_of(error)))
    return report


def _message_of(error: BaseException) -> str:
    """Return an error's message without the position, which is shown separately."""
    cause = _cause_of(error)
    if isinstance(cause, SyntaxError):
        return str(cause.msg)
    if isinstance(error, AppExecutionError) and not isinstance(cause, SystemExit):
        return str(cause)
    return str(error)


def _cause_of(error: BaseException) -> BaseException:
    """Return the app's error, if this one only wraps it."""
    return error.__cause__ if isinstance(error, AppError) and error.__cause__ else error
