"""Counts and logs refusals, without flooding the log."""

from __future__ import annotations

import enum
import logging
from collections import Counter
from collections.abc import Mapping

from sundog.clock import Clock, SystemClock

logger = logging.getLogger(__name__)

LOG_EVERY_SECONDS = 10.0


class Refusal(enum.StrEnum):
    """The reason for a refusal."""

    HOST = "host"
    ORIGIN = "origin"
    MALFORMED = "malformed"
    NOT_READY = "not-ready"
    OTHER_WORKER = "other-worker"
    LARGE_HEAD = "large-head"
    DESCRIPTORS = "descriptors"
    HANDSHAKES = "handshakes"
    CONNECTIONS = "connections"
    SESSION_CONNECTIONS = "session-connections"
    UNKNOWN_KERNEL = "unknown-kernel"
    # These values are the `limit` of a `KernelLimitError`.
    KERNELS = "kernels"
    SESSION_KERNELS = "session-kernels"
    PAGES = "pages"
    MEMORY = "memory"
    STOPPING = "stopping"
    # These close or slow down a connection that was accepted.
    BAD_FRAME = "bad-frame"
    LARGE_FRAME = "large-frame"
    UNFINISHED = "unfinished"
    THROTTLED = "throttled"
    SLOW = "slow"


class Refusals:
    """Counts refusals and logs them. Used only from the server's event loop."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._counts: Counter[Refusal] = Counter()
        self._silent_until: dict[Refusal, float] = {}
        self._unsaid: Counter[Refusal] = Counter()

    @property
    def counts(self) -> Mapping[Refusal, int]:
        """How often each reason has occurred since the start."""
        return dict(self._counts)

    def note(self, reason: Refusal, text: str, *args: object) -> None:
        """Count a refusal, and log the text unless this reason was logged a moment ago.

        Input from clients belongs in `args`, as its repr.
        """
        self._counts[reason] += 1
        now = self._clock.now()
        if now < self._silent_until.get(reason, now):
            self._unsaid[reason] += 1
            return
        self._silent_until[reason] = now + LOG_EVERY_SECONDS
        unsaid = self._unsaid.pop(reason, 0)
        if unsaid:
            text, args = text + " (and %d more like it)", (*args, unsaid)
        logger.warning("refused: " + text, *args)
