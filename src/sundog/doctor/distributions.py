"""The installed distributions with widgets, and the Jupyter extensions they install."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Final

from sundog.doctor.constants import Sources, Wish
from sundog.extensions.scan import KINDS, LEFT_OUT

# The page itself provides their widgets, or they have none.
_OURS: Final = frozenset(("ipywidgets", "sundog", "jupyterlab-widgets", "widgetsnbextension"))
_WIDGET_BASES: Final = frozenset(("ipywidgets", "anywidget", "ipyvue", "ipyreact"))
_SENDERS: Final = frozenset(("anywidget", "ipyreact"))
_REQUIREMENT: Final = re.compile(r"[A-Za-z0-9._-]+")
_SKIPPED_PARTS: Final = frozenset(("tests", "test", "node_modules", "labextension", "nbextension"))


def normal(name: str) -> str:
    """Return a distribution's name in the normal form of PyPI (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass(frozen=True)
class Distribution:
    """One installed distribution."""

    name: str
    version: str
    metadata: metadata.Distribution

    @cached_property
    def requires(self) -> frozenset[str]:
        """The distributions that it requires without extras."""
        found = set()
        for line in self.metadata.requires or ():
            match = _REQUIREMENT.match(line)
            if match is not None and "extra ==" not in line:
                found.add(normal(match[0]))
        return frozenset(found)

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Its files, relative to its install location."""
        return tuple(str(file).replace("\\", "/") for file in self.metadata.files or ())

    @property
    def extensions(self) -> frozenset[tuple[str, str]]:
        """The kinds and names of the Jupyter extensions that it installs."""
        found = set()
        for file in self.files:
            parts = file.split("/")
            for kind in KINDS:
                if kind in parts and "jupyter" in parts[: parts.index(kind)]:
                    rest = parts[parts.index(kind) + 1 :]
                    depth = 2 if rest and rest[0].startswith("@") else 1
                    if len(rest) > depth:
                        found.add((kind, "/".join(rest[:depth])))
        return frozenset(found)

    @cached_property
    def wishes(self) -> list[Wish]:
        """The front ends that the widget classes in its source need."""
        sources = Sources()
        found: dict[tuple[str, str], Wish] = {}
        for file in self.files:
            parts = file.split("/")
            if not file.endswith(".py") or _SKIPPED_PARTS.intersection(parts[:-1]):
                continue
            for wish in sources.wishes(Path(str(self.metadata.locate_file(file)))):
                found.setdefault((wish.module, wish.version), wish)
        return list(found.values())

    @property
    def scripts(self) -> list[Path]:
        """The JavaScript that it sends to pages itself, as packages made with anywidget do."""
        if not self.requires & _SENDERS:
            return []
        return [
            Path(str(self.metadata.locate_file(file)))
            for file in self.files
            if file.endswith((".js", ".mjs"))
            and "/jupyter/" not in f"/{file}"
            and not _SKIPPED_PARTS.intersection(file.split("/")[:-1])
        ]


class Installed:
    """The distributions of this interpreter."""

    def __init__(self, found: Iterable[metadata.Distribution] | None = None) -> None:
        self._all: dict[str, Distribution] = {}
        for each in metadata.distributions() if found is None else found:
            name = each.metadata["Name"]
            # Python imports the first one on the path.
            if name and normal(name) not in self._all:
                self._all[normal(name)] = Distribution(name, each.version, each)

    def get(self, name: str) -> Distribution | None:
        """Return a distribution by its name, or None if it is not installed."""
        return self._all.get(normal(name))

    @cached_property
    def by_import(self) -> Mapping[str, list[str]]:
        """The distributions of each importable top-level name."""
        return metadata.packages_distributions()

    def with_widgets(self) -> list[Distribution]:
        """Return the distributions with widgets, sorted by name."""
        return [each for _, each in sorted(self._all.items()) if self.has_widgets(each)]

    def has_widgets(self, each: Distribution) -> bool:
        """Return whether a distribution may have its own widgets."""
        if normal(each.name) in _OURS:
            return False
        left_out = {(kind, name) for kind, names in LEFT_OUT.items() for name in names}
        return bool(each.requires & _WIDGET_BASES) or bool(each.extensions - left_out)

    def owners(self) -> Mapping[tuple[str, str], Distribution]:
        """Return the distribution of each extension."""
        return {key: each for each in self._all.values() for key in each.extensions}
