"""Serves the installed extensions: their list, and their files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import anyio.to_thread
import msgspec.json
from starlette.requests import Request
from starlette.responses import Response

from sundog.extensions.scan import Kind
from sundog.web.static.assets import (
    IMMUTABLE,
    REVALIDATE,
    ContentCache,
    Found,
    not_found,
    respond,
)
from sundog.web.static.extensions import LATEST, Extensions

_JSON: Final = "application/json"


class ExtensionFiles:
    """The handlers for files of extensions."""

    def __init__(self, extensions: Extensions, cache: ContentCache, *, compress: bool) -> None:
        self._extensions = extensions
        self._cache = cache
        self._compress = compress

    async def manifest(self, request: Request) -> Response:
        """Return the list of extensions; its address contains its version."""
        root = request.scope.get("root_path", "")
        # The first request may have to wait for the search.
        body, digest = await anyio.to_thread.run_sync(self._extensions.manifest_and_digest, root)
        caching = IMMUTABLE if request.url.query == digest else REVALIDATE
        return Response(
            msgspec.json.encode(body), headers={"Cache-Control": caching}, media_type=_JSON
        )

    async def labextension(self, request: Request) -> Response:
        """Return a file of a labextension."""
        return await self._file(request, "labextensions")

    async def nbextension(self, request: Request) -> Response:
        """Return a file of an nbextension."""
        return await self._file(request, "nbextensions")

    async def companion(self, request: Request) -> Response:
        """Return a script that a library's widgets expect in their page."""
        digest, path = request.path_params["digest"], request.path_params["path"]
        return await self._respond(
            request, lambda: self._extensions.resolve_companion(digest, path)
        )

    async def _file(self, request: Request, kind: Kind) -> Response:
        digest, path = request.path_params.get("digest", LATEST), request.path_params["path"]
        return await self._respond(request, lambda: self._extensions.resolve(kind, digest, path))

    async def _respond(self, request: Request, find: Callable[[], Found | None]) -> Response:
        response = await respond(request, find, self._cache, compress=self._compress)
        return response or not_found()
