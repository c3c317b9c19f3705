"""Gives memory of ended kernels back: to the interpreter, and to the operating system."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable


def release_memory() -> None:
    """Collect garbage now, and return free memory to the system where its C library can.

    Takes some ten milliseconds; what the app's first run made should be frozen (`gc.freeze`), so
    that only kernels are looked at.
    """
    _clear_type_cache()
    gc.collect()
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


def _clear_type_cache() -> None:
    """Drop the interpreter's cache of attribute look-ups: its strings pin memory everywhere."""
    # The older name is deprecated from 3.13 on.
    clear = getattr(sys, "_clear_internal_caches", None) or sys._clear_type_cache
    clear()


def _malloc_trim() -> Callable[[int], int] | None:
    """Return glibc's `malloc_trim` (malloc_trim(3)), None where there is none."""
    if not sys.platform.startswith("linux"):
        return None
    trim: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim
