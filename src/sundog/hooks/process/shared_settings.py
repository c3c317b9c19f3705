"""In development, warns where a kernel changes what all kernels share.

Upstream reason: the environment, the working directory, the locale and the state of `random` are
one each per process, so that what one user's callback sets is set for everybody. The run at start
may set them: it runs once. Nor does setting them to what they are change anything.
"""

from __future__ import annotations

import functools
import locale
import logging
import os
import random
from collections.abc import Callable
from typing import Any

from sundog.hooks.core.replaced import Replaced
from sundog.kernel.comm import caller
from sundog.kernel.current import current_kernel

logger = logging.getLogger(__name__)


def install() -> Callable[[], None]:
    """Wrap the functions that change shared settings; return what restores them."""
    replaced = Replaced()
    environ = type(os.environ)
    replaced.set(environ, "__setitem__", _warning("os.environ", environ.__setitem__, _same_value))
    replaced.set(os, "chdir", _warning("the working directory", os.chdir, _same_folder))
    replaced.set(locale, "setlocale", _warning("the locale", locale.setlocale, _same_locale))
    replaced.set(random, "seed", _warning("the state of random", random.seed, lambda *_: False))
    return replaced.close


def _same_value(environ: Any, name: str, value: str) -> bool:
    found: object = environ.get(name)
    return found == value


def _same_folder(path: Any) -> bool:
    return not isinstance(path, int) and os.path.realpath(path) == os.getcwd()


def _same_locale(category: int, new: Any = None) -> bool:
    return new is None


def _warning(
    what: str, original: Callable[..., Any], is_same: Callable[..., bool]
) -> Callable[..., Any]:
    @functools.wraps(original)
    def change(*args: Any, **kwargs: Any) -> Any:
        kernel = current_kernel()
        if kernel is not None and kernel.development and not kernel.is_dry_run:
            _warn(kernel, what, is_same, args, kwargs)
        return original(*args, **kwargs)

    return change


def _warn(kernel: Any, what: str, is_same: Callable[..., bool], args: Any, kwargs: Any) -> None:
    try:
        if is_same(*args, **kwargs):
            return
    except (TypeError, ValueError, OSError):
        # The function itself says what is wrong with its arguments.
        return
    said: set[str] = kernel.local(install, set)
    if what not in said:
        said.add(what)
        words = "[%s] %s changes %s, which all users share; see docs/security.md"
        logger.warning(words, kernel.log_id, caller(), what)
