"""What IPython's events say about a cell."""

from __future__ import annotations

from typing import Any

from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult


def execution_info(source: str) -> ExecutionInfo:
    """Return the argument for callbacks of ``pre_run_cell``."""
    return ExecutionInfo(source, False, False, True, None)


def execution_result(info: ExecutionInfo, value: Any = None) -> ExecutionResult:
    """Return the argument for callbacks of ``post_run_cell``."""
    result = ExecutionResult(info)
    result.result = value
    return result
