"""Gives memory of ended kernels back: to the interpreter, and to the operating system."""

from __future__ import annotations

import ctypes
import functools
import gc
import os
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


def resident_bytes() -> int | None:
    """Return how much of the machine's memory this process has, None where that can't be told."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return None


def _clear_type_cache() -> None:
    """Drop the interpreter's cache of attribute look-ups: its strings pin memory everywhere."""
    # The older name is deprecated from 3.13 on.
    clear = getattr(sys, "_clear_internal_caches", None) or sys._clear_type_cache
    clear()


@functools.cache
def _malloc_trim() -> Callable[[int], int] | None:
    """Return glibc's `malloc_trim` (malloc_trim(3)), None where there is none."""
    if not sys.platform.startswith("linux"):
        return None
    trim: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim
