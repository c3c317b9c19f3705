"""Limits how many files and connections a process may have open."""

from __future__ import annotations

import logging
import sys
from typing import Final

logger = logging.getLogger(__name__)

# No process needs more, if the system has no limit.
_MOST: Final = 1 << 20
# A server with fewer should report it.
FEW: Final = 4096
# Reserved for files, and for responses that there are no more.
_RESERVE: Final = 64


def raise_limit() -> None:
    """Raise this process's limit as far as possible, and log if that is not far.

    Processes that it starts inherit the limit.
    """
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST if hard == resource.RLIM_INFINITY else min(hard, _MOST)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (ValueError, OSError) as error:
            logger.debug("the limit of open files can't be raised: %s", error)
    limit = descriptor_limit()
    if limit is not None and limit < FEW:
        logger.warning(
            "this process can have %d files and connections open at once; more pages are refused."
            " Raise the limit: ulimit -Hn, LimitNOFILE= of systemd, --ulimit nofile= of Docker",
            limit,
        )


def descriptor_limit() -> int | None:
    """Return how many descriptors this process may have, or None if unknown."""
    if sys.platform == "win32":
        return None
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else soft


def last_descriptor(limit: int | None) -> int | None:
    """Return the highest descriptor that a connection may have; a few above it are reserved."""
    return None if limit is None else limit - min(_RESERVE, limit // 4) - 1
