"""Serves the large displays of kernels (``docs/protocol.md``, *Large displays*)."""

from __future__ import annotations

from functools import partial
from typing import Final

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from sundog.ids import KernelId
from sundog.registry import Registry
from sundog.web.access import AccessPolicy
from sundog.web.static import accepted_codings, compress_quickly

# In which a page sends its token, which counts where it has lost its cookie.
TOKEN_HEADER: Final = "x-sundog-token"

# The address names the content, so the response never changes. It is for one browser only.
_CACHING: Final = "private, max-age=86400, immutable"


class DisplayEndpoint:
    """Returns responses with the MIME bundle of a large display, as JSON."""

    def __init__(
        self, registry: Registry, access_policy: AccessPolicy, *, compress: bool = True
    ) -> None:
        self._registry = registry
        self._access_policy = access_policy
        self._compress = compress

    async def answer(self, request: Request) -> Response:
        """Handle a request whose path parameters name a kernel and a hash.

        The response is 404 for unknown displays, and the same for a kernel of another browser.
        """
        content = self._find(request)
        if content is None:
            return PlainTextResponse("Not found\n", 404, {"Cache-Control": "no-store"})
        headers = {
            "Cache-Control": _CACHING,
            "Vary": "Accept-Encoding",
            # Other sites must not read it with a script tag.
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        accepted = accepted_codings(request.headers.get("accept-encoding", ""))
        if self._compress and "gzip" in accepted and request.method == "GET":
            content = await anyio.to_thread.run_sync(partial(compress_quickly, content))
            headers["Content-Encoding"] = "gzip"
        return Response(content, headers=headers, media_type="application/json")

    def _find(self, request: Request) -> bytes | None:
        kernel_id = KernelId(request.path_params["kernel_id"])
        token = request.headers.get(TOKEN_HEADER, "")
        session_id = self._access_policy.session_for(request.scope, kernel_id, token)
        if session_id is None:
            return None
        kernel = self._registry.find(kernel_id, session_id)
        if kernel is None:
            return None
        return kernel.output.large_displays.get(request.path_params["hash"])
