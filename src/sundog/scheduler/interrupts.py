"""Raises errors in code that runs on another thread.

CPython raises them between two bytecodes (``PyThreadState_SetAsyncExc`` in the C API's
documentation), so code in C is not stopped before it returns.
"""

from __future__ import annotations

import ctypes

from sundog.errors import KernelStoppedError


def raise_in(ident: int) -> None:
    """Raise `KernelStoppedError` in a thread, at its next bytecode."""
    _set_error(ident, KernelStoppedError)


def take_back(ident: int) -> None:
    """Undo `raise_in`, if the thread has not raised it yet."""
    _set_error(ident, None)


def _set_error(ident: int, error: type[BaseException] | None) -> None:
    given = None if error is None else ctypes.py_object(error)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), given)
