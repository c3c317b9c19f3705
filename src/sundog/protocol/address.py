"""The address of a page below the app's root: path, query and fragment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

MAX_ADDRESS_LENGTH: Final = 4096

# As browsers write it (https://url.spec.whatwg.org): no whitespace or control characters, and no
# backslashes in the path, which browsers read as slashes.
ADDRESS_PATTERN: Final = r"\A/[^\x00-\x20\x7f\\?#]*(?:[?#][^\x00-\x20\x7f]*)?\Z"
_ADDRESS: Final = re.compile(ADDRESS_PATTERN)
_PARTS: Final = re.compile(r"([^?#]*)(\?[^#]*)?(#.*)?")


@dataclass(frozen=True, slots=True)
class Address:
    """An address in the app, percent-encoded as in the browser.

    Attributes:
        path: The path, starting with a slash at the app's root.
        search: The query with its ``?``, or an empty string.
        hash: The fragment with its ``#``, or an empty string.
    """

    path: str = "/"
    search: str = ""
    hash: str = ""

    @classmethod
    def parse(cls, text: str) -> Address:
        """Parse ``/path?query#fragment``. Raises `ValueError` for anything else."""
        if len(text) > MAX_ADDRESS_LENGTH:
            raise ValueError(f"an address of more than {MAX_ADDRESS_LENGTH} characters")
        found = _PARTS.fullmatch(text) if _ADDRESS.match(text) else None
        if found is None:
            raise ValueError(f"{text!a} is not the address of a page below the app's root")
        path, search, fragment = (part or "" for part in found.groups())
        return cls(path, "" if search == "?" else search, "" if fragment == "#" else fragment)

    @property
    def href(self) -> str:
        """The whole address, as in the browser."""
        return self.path + self.search + self.hash

    @property
    def parts(self) -> tuple[str, ...]:
        """The decoded parts of the path between its slashes; empty for the root."""
        return tuple(unquote(part) for part in self.path.strip("/").split("/") if part)
