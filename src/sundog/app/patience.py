"""How long the start waits for an app's dry run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the start waits for a dry run, in seconds.

    Attributes:
        seconds: At most so long; None waits until the run ends.
        if_shown: So long once the run has something to show.
    """

    seconds: float | None = None
    if_shown: float = 4.0


FOREVER: Final = Patience()
