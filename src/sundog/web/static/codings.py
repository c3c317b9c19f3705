"""Compression of bodies (RFC 9110, content codings) with the installed libraries."""

from __future__ import annotations

import gzip
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

_BROTLI_QUALITY: Final = 6
_ZSTD_LEVEL: Final = 12
_GZIP_LEVEL: Final = 6
_QUICK_GZIP_LEVEL: Final = 2


@dataclass(frozen=True, slots=True)
class Coding:
    """A content coding that this process can produce."""

    name: str
    encode: Callable[[bytes], bytes]


def available_codings() -> Sequence[Coding]:
    """Return the codings that have a library. gzip is always one of them."""
    found = [_brotli(), _zstd(), Coding("gzip", _gzip)]
    return tuple(each for each in found if each is not None)


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, _GZIP_LEVEL, mtime=0)


def compress_quickly(data: bytes) -> bytes:
    """Return data compressed with gzip for one response. It is sent once, so speed matters."""
    return gzip.compress(data, _QUICK_GZIP_LEVEL, mtime=0)


def _brotli() -> Coding | None:
    for name in ("brotli", "brotlicffi"):
        compress = _function(name)
        if compress is not None:
            return Coding("br", partial(compress, quality=_BROTLI_QUALITY))
    return None


def _zstd() -> Coding | None:
    # In the standard library since Python 3.14.
    for name in ("compression.zstd", "zstandard"):
        compress = _function(name)
        if compress is not None:
            return Coding("zstd", partial(compress, level=_ZSTD_LEVEL))
    return None


def _function(module: str) -> Callable[..., bytes] | None:
    try:
        function: Callable[..., bytes] = importlib.import_module(module).compress
    except (ImportError, AttributeError):
        return None
    return function
