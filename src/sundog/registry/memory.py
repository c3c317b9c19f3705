"""Returns the memory of ended kernels to the interpreter and the operating system."""

from __future__ import annotations

import ctypes
import functools
import gc
import os
import sys
from collections.abc import Callable


def release_memory() -> None:
    """Collect garbage, and return free memory to the system if the C library can.

    Takes about ten milliseconds. Freeze the objects of the app's dry run (`gc.freeze`), so that
    only kernels are checked.
    """
    _clear_type_cache()
    gc.collect()
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


def resident_bytes() -> int | None:
    """Return the memory of this process in bytes, or None if it is unknown."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return None


def _clear_type_cache() -> None:
    """Clear the interpreter's cache of attribute look-ups, whose strings pin memory everywhere."""
    # The older name is deprecated since 3.13.
    clear = getattr(sys, "_clear_internal_caches", None) or sys._clear_type_cache
    clear()


@functools.cache
def _malloc_trim() -> Callable[[int], int] | None:
    """Return glibc's `malloc_trim` (malloc_trim(3)), or None if there is none."""
    if not sys.platform.startswith("linux"):
        return None
    trim: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim
