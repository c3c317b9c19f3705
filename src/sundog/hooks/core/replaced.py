"""Replaces attributes and restores them."""

from __future__ import annotations

import contextlib
from typing import Any


class Replaced(contextlib.ExitStack):
    """Restores what was replaced, the last first, when it is closed."""

    def set(self, owner: Any, name: str, value: Any) -> None:
        """Replace an attribute of a module or class until then. Inherited attributes reappear."""
        if name in vars(owner):
            self.callback(setattr, owner, name, vars(owner)[name])
        else:
            self.callback(delattr, owner, name)
        setattr(owner, name, value)
