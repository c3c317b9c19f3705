"""What a hook has replaced, and how that is put back."""

from __future__ import annotations

import contextlib
from typing import Any


class Replaced(contextlib.ExitStack):
    """Puts back what was replaced, the last first, when it is closed."""

    def set(self, owner: Any, name: str, value: Any) -> None:
        """Give a module or class another attribute until then; what it inherits shows again."""
        if name in vars(owner):
            self.callback(setattr, owner, name, vars(owner)[name])
        else:
            self.callback(delattr, owner, name)
        setattr(owner, name, value)
