"""Where a page is, below the app's root: the path, query and fragment of its address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

MAX_ADDRESS_LENGTH: Final = 4096

# As browsers write it (https://url.spec.whatwg.org): no blanks or controls, and in the path no
# back-slashes, which browsers read as slashes.
ADDRESS_PATTERN: Final = r"\A/[^\x00-\x20\x7f\\?#]*(?:[?#][^\x00-\x20\x7f]*)?\Z"
_ADDRESS: Final = re.compile(ADDRESS_PATTERN)
_PARTS: Final = re.compile(r"([^?#]*)(\?[^#]*)?(#.*)?")


@dataclass(frozen=True, slots=True)
class Address:
    """A place in the app, percent-encoded as in the browser's address.

    `path` begins with a slash, where the app's root is; `search` is the query with its ``?`` and
    `hash` the fragment with its ``#``, each empty where there is none.
    """

    path: str = "/"
    search: str = ""
    hash: str = ""

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read ``/path?query#fragment``. Raises `ValueError` for anything else."""
        if len(text) > MAX_ADDRESS_LENGTH:
            raise ValueError(f"an address of more than {MAX_ADDRESS_LENGTH} characters")
        found = _PARTS.fullmatch(text) if _ADDRESS.match(text) else None
        if found is None:
            raise ValueError(f"{text!a} is not the address of a page below the app's root")
        path, search, fragment = (part or "" for part in found.groups())
        return cls(path, "" if search == "?" else search, "" if fragment == "#" else fragment)

    @property
    def href(self) -> str:
        """All of it, as it stands in the browser's address."""
        return self.path + self.search + self.hash

    @property
    def parts(self) -> tuple[str, ...]:
        """The path's parts between its slashes, decoded; none for the root."""
        return tuple(unquote(part) for part in self.path.strip("/").split("/") if part)
