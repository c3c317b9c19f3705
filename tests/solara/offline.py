"""Runs the `sundog` command, or prints `addresses`, for the website that solara-ui ships.

There is no internet here, and some of its pages download data while they are imported. Where a
library that is installed has the same data, it answers; else the page's module is replaced by one
that says so, because one module that can't be imported would keep the whole site from starting.

Needs nothing but what the environment `solara` holds.
"""

from __future__ import annotations

import importlib.util
import io
import json
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.error import URLError

# The pages that can't be imported, and why.
UNREACHABLE = {
    "solara.website.pages.documentation.examples.ai.tokenizer": (
        "downloads the encoding of its tokenizer while it is imported"
    ),
}


def gapminder() -> bytes:
    """Return the table that plotly's data sets on GitHub have, from plotly itself."""
    import plotly.express

    columns = ["country", "year", "pop", "continent", "lifeExp", "gdpPercap"]
    text: str = plotly.express.data.gapminder()[columns].to_csv(index=False)
    return text.encode()


ANSWERS: dict[str, Callable[[], bytes]] = {
    "https://raw.githubusercontent.com/plotly/datasets/master/gapminderDataFiveYear.csv": gapminder,
}


class Answer(io.BytesIO):
    """What `urlopen` returns."""

    status = 200

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self.headers = {"Content-Length": str(len(body))}


def urlopen(request: Any, *_: Any, **__: Any) -> Answer:
    """Answer what can be answered here. Raises `URLError` for anything else."""
    url = getattr(request, "full_url", request)
    if url not in ANSWERS:
        raise URLError(f"there is no internet here, for {url}")
    return Answer(ANSWERS[url]())


def _file_of(name: str) -> str:
    """Return where a module of solara-ui is, without importing it."""
    found = importlib.util.find_spec("solara")
    assert found is not None
    assert found.submodule_search_locations
    return str(Path(found.submodule_search_locations[0], *name.split(".")[1:])) + ".py"


def replace_unreachable() -> None:
    """Put modules with a page that raises in the place of those that can't be imported."""
    for name, reason in UNREACHABLE.items():
        module = ModuleType(name, reason)
        module.__file__ = _file_of(name)

        def __getattr__(attribute: str, reason: str = reason) -> Any:
            if attribute != "Page":
                raise AttributeError(attribute)
            import solara

            @solara.component
            def Page() -> None:
                raise ConnectionError(reason)

            return Page

        vars(module)["__getattr__"] = __getattr__
        sys.modules[name] = module


def addresses() -> list[str]:
    """Return the addresses of all pages of the website."""
    from sundog.config import Settings
    from sundog.solara.compat.finder import StandInFinder
    from sundog.solara.compat.stand_ins import stand_ins

    sys.meta_path.insert(0, StandInFinder(stand_ins(Settings(), lambda path: None)))
    import solara
    import solara.website.pages

    found: dict[str, None] = {}

    def walk(prefix: str, routes: list[Any]) -> None:
        for route in routes:
            path = prefix if route.path == "/" else f"{prefix}/{route.path}"
            if route.component or route.module or route.data:
                found[path or "/"] = None
            walk(path, route.children)

    walk("", solara.generate_routes(solara.website.pages))
    return list(found)


if __name__ == "__main__":
    urllib.request.urlopen = urlopen  # type: ignore[assignment]
    replace_unreachable()
    if sys.argv[1:] == ["addresses"]:
        print(json.dumps(addresses()))
    else:
        from sundog.cli import main

        main()
