"""Files of npm packages that an app's components would fetch from a CDN, served from here.

Components of `solara-ui` ask their server for ``_solara/cdn/NAME@VERSION/PATH``, as jsDelivr
(https://www.jsdelivr.com) spells addresses of npm packages. What is installed answers first: a
folder ``share/solara/cdn`` of the Python environment, as the package ``solara-assets`` makes it.
Then what Sundog's own bundle has, in the one version that it has.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from sundog.web.static.assets import ContentCache, Files, Found, respond

logger = logging.getLogger(__name__)

_ADDRESS: Final = re.compile(r"(?P<name>(?:@[\w.-]+/)?[\w.-]+)(?P<version>@[\w.+-]+)?/(?P<path>.+)")
MAX_TOLD: Final = 100


class Cdn:
    """Answers for packages."""

    def __init__(
        self, bundle: Path, installed: Iterable[Path], cache: ContentCache, *, compress: bool
    ) -> None:
        self._installed = Files(installed, cache, compress=compress)
        self._bundled = Files([bundle], cache, compress=compress)
        self._cache = cache
        self._compress = compress
        self._told: set[str] = set()

    async def answer(self, request: Request) -> Response:
        """Answer a request whose path parameter ``path`` names a package and a file of it."""
        asked = request.path_params["path"]

        def find() -> Found | None:
            files = (files.find(path) for files, path in self._candidates(asked))
            return next((Found(file) for file in files if file is not None), None)

        response = await respond(request, find, self._cache, compress=self._compress)
        if response is not None:
            return response
        if asked not in self._told and len(self._told) < MAX_TOLD:
            self._told.add(asked)
            logger.warning(
                "a component loads %r from a CDN, but this installation does not contain it", asked
            )
        return PlainTextResponse(
            "This installation does not contain this file.\n", 404, {"Cache-Control": "no-store"}
        )

    def _candidates(self, asked: str) -> Iterable[tuple[Files, str]]:
        yield self._installed, asked
        match = _ADDRESS.fullmatch(asked)
        if match is None:
            return
        path = f"{match['name']}/{match['path']}"
        yield self._bundled, path
        # The bundle has one of the two forms that scripts are published in.
        if path.endswith(".min.js"):
            yield self._bundled, path.removesuffix(".min.js") + ".js"
        elif path.endswith(".js"):
            yield self._bundled, path.removesuffix(".js") + ".min.js"
        else:
            # require.js may be asked for a module, without a suffix.
            yield self._bundled, path + ".js"
