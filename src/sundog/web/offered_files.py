"""Serves the files that kernels have displayed links to."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from sundog.ids import KernelId
from sundog.registry import Registry
from sundog.web.access import AccessPolicy
from sundog.web.static import media_type, not_found

_HEADERS: Final = {
    # The file may change, and is for one browser only.
    "Cache-Control": "private, no-cache",
    # A script in it must not act for the app's user.
    "Content-Security-Policy": "sandbox allow-downloads allow-popups; default-src 'self' data:"
    " 'unsafe-inline'; script-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class OfferedFilesEndpoint:
    """Answers with files that a kernel offers to its own session."""

    def __init__(self, registry: Registry, access_policy: AccessPolicy) -> None:
        self._registry = registry
        self._access_policy = access_policy

    async def answer(self, request: Request) -> Response:
        """Handle a request whose path parameters name a kernel and a file's key.

        The response is 404 for unknown files, and the same for a kernel of another browser.
        """
        kernel_id = KernelId(request.path_params["kernel_id"])
        session_id = self._access_policy.session_for(request.scope, kernel_id)
        kernel = None if session_id is None else self._registry.find(kernel_id, session_id)
        if kernel is None:
            return not_found()
        file = await anyio.to_thread.run_sync(kernel.files.find, request.path_params["key"])
        if file is None:
            return not_found()
        name = quote(file.name)
        headers = {**_HEADERS, "Content-Disposition": f"inline; filename*=utf-8''{name}"}
        return FileResponse(file, headers=headers, media_type=media_type(file))
