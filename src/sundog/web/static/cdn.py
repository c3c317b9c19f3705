"""Serves files of npm packages that an app's components would load from a CDN.

Components of `solara-ui` request ``_solara/cdn/NAME@VERSION/PATH`` from their server, as jsDelivr
(https://www.jsdelivr.com) names files of npm packages. Installed files come first: a folder
``share/solara/cdn`` of the Python environment, as the package ``solara-assets`` creates it. Then
come the files of Sundog's own bundle, in their only version.
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
    """Serves files of packages."""

    def __init__(
        self, bundle: Path, installed: Iterable[Path], cache: ContentCache, *, compress: bool
    ) -> None:
        self._installed = Files(installed, cache, compress=compress)
        self._bundled = Files([bundle], cache, compress=compress)
        self._cache = cache
        self._compress = compress
        self._told: set[str] = set()

    async def answer(self, request: Request) -> Response:
        """Handle a request whose path parameter ``path`` names a package and one of its files."""
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
        # The bundle has one of the two forms in which scripts are published.
        if path.endswith(".min.js"):
            yield self._bundled, path.removesuffix(".min.js") + ".js"
        elif path.endswith(".js"):
            yield self._bundled, path.removesuffix(".js") + ".min.js"
        else:
            # require.js may request a module without a suffix.
            yield self._bundled, path + ".js"
