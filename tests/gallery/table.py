"""The table of docs/widgets.md: a row for each library, with what its tests found."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.environments import make
from tests.gallery.library import Library

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
GALLERY = ROOT / "examples" / "gallery"
DOCUMENT = ROOT / "docs" / "widgets.md"
BEGIN, END = "<!-- begin: table of libraries -->", "<!-- end: table of libraries -->"
HEADER = "| library | versions | labextension | AMD | second kernel | resume | notes |"
FOUND = ("labextension", "AMD", "second kernel", "resume")

Found = Mapping[str, Any]


class Results:
    """A pytest plugin that gathers what the tests of libraries record, and writes the table.

    The lines of libraries whose tests did not run stay.
    """

    def __init__(self) -> None:
        self._found: dict[str, dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        properties = dict(report.user_properties)
        title = properties.pop("library", None)
        if title is not None and report.when == "teardown":
            self._found.setdefault(str(title), {}).update(properties)

    def pytest_sessionfinish(self) -> None:
        kept = {line.split(" | ")[0].strip("| "): line for line in committed()}
        rows = []
        for library in libraries():
            found = self._found.get(library.title)
            if found is not None:
                rows.append(row(library, found))
            elif library.title in kept:
                rows.append(kept[library.title])
        write(rows)


def libraries() -> list[type[Library]]:
    """Return all libraries, in the order of their titles."""
    for path in sorted(HERE.glob("test_*.py")):
        importlib.import_module(f"{__package__}.{path.stem}")
    found = [each for each in subclasses(Library) if "title" in vars(each)]
    return sorted(found, key=lambda library: library.title.lower())


def subclasses(kind: type[Library]) -> Iterator[type[Library]]:
    """Yield all subclasses of a class."""
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)


def expected(library: type[Library]) -> Found:
    """Return what the tests of a library record when all of them pass."""
    if not library.works_offline:
        return {}
    return {
        "labextension": bool(library.labextensions),
        **({"AMD": True} if library.nbextensions else {}),
        "second kernel": True,
        "resume": True,
    }


def row(library: type[Library], found: Found) -> str:
    """Return a library's line."""
    versions = dict(pin.split("==") for pin in make.pins(library.environment))
    shown = ", ".join(f"{name} {versions[name]}" for name in library.packages)
    marks = [mark(library, found, what) for what in FOUND]
    return f"| {' | '.join([library.title, shown, *marks, library.notes])} |"


def mark(library: type[Library], found: Found, what: str) -> str:
    """Return a cell: what was found, or that the library has no such thing."""
    has = {"labextension": library.labextensions, "AMD": library.nbextensions}
    if not has.get(what, True):
        return "none"
    return "yes" if found.get(what) else "no"


def write(rows: Iterable[str]) -> None:
    """Put lines into the page's table."""
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    ruler = "| --- " * len(HEADER.strip("|").split("|")) + "|"
    table = "\n".join([HEADER, ruler, *rows])
    DOCUMENT.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


def committed() -> list[str]:
    """Return the lines of the page's table."""
    _, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    return rest.partition(END)[0].strip().splitlines()[2:]
