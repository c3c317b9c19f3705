"""The ASGI application with its routes.

WebSockets go directly to the kernel's endpoint; only HTTP passes through Starlette.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from sundog.config import Settings
from sundog.ids import KernelId
from sundog.web.access import COMMON_HEADERS, AccessPolicy, Refusal
from sundog.web.endpoints import Endpoints
from sundog.web.placement import Placement, SingleWorker
from sundog.web.readiness import Readiness, ServerState
from sundog.web.socket import ClientGoneError, SocketConnection

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Handler = Callable[[Request], Awaitable[Response]]

PREFIX: Final = "/_sundog"
_SOCKET: Final = re.compile(PREFIX + r"/kernel/([^/]+)/socket")
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f]")
RETRY_SECONDS: Final = 2
_PROBES: Final = ("/readyz", "/livez")


class SocketApplication(Protocol):
    """An ASGI application that serves one WebSocket."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the WebSocket until it ends."""
        ...


class Application:
    """Applies the headers of trusted proxies to a request, checks its host, and passes it on."""

    def __init__(
        self,
        http: Starlette,
        socket: SocketApplication,
        *,
        access_policy: AccessPolicy,
        readiness: Readiness,
        placement: Placement,
        root_path: str,
    ) -> None:
        self._http = http
        self._socket = socket
        self._access_policy = access_policy
        self._readiness = readiness
        self._placement = placement
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or WebSocket."""
        if scope["type"] == "lifespan":
            return
        scope["root_path"] = self._root_path
        self._access_policy.proxies.apply(scope)
        path = route_path(scope)
        if scope["type"] == "websocket":
            await self._serve_socket(path, scope, receive, send)
            return
        # In ASGI, the root path is a part of the path, whatever the proxy did.
        scope["path"] = scope["root_path"] + path
        send = _with_common_headers(send)
        if _CONTROLS.search(path):
            # Patterns of routes end before a line end, so it would not be noticed.
            await _NOT_FOUND(scope, receive, send)
            return
        if path not in _PROBES and not self._access_policy.host_allowed(scope):
            await _UNKNOWN_HOST(scope, receive, send)
            return
        await self._http(scope, receive, send)

    async def _serve_socket(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        match = _SOCKET.fullmatch(path)
        if not self._access_policy.host_allowed(scope):
            await deny(scope, receive, send, 403)
        elif match is None:
            await deny(scope, receive, send, 404)
        elif not self._readiness.serves_pages:
            text, retry = _NOT_READY[self._readiness.state]
            self._access_policy.refusals.note(Refusal.NOT_READY, "a socket: %s", text)
            await _refuse(receive, send, text, retry)
        elif not self._placement.is_here(KernelId(match[1])):
            self._access_policy.refusals.note(
                Refusal.OTHER_WORKER, "a socket for a kernel of another worker, which is not there"
            )
            await _refuse(receive, send, _OTHER_WORKER, RETRY_SECONDS)
        else:
            scope["path_params"] = {"kernel_id": match[1]}
            await self._socket(scope, receive, send)


async def _refuse(receive: Receive, send: Send, text: str, retry: int) -> None:
    """Ask a page to retry later. Browsers hide an HTTP response to a handshake from it."""
    await receive()
    connection = SocketConnection(receive, send)
    with contextlib.suppress(ClientGoneError):
        await connection.accept()
        await connection.refuse(text, retry)


_OTHER_WORKER: Final = "The part of the server that this page belongs to is starting again."
_NOT_READY: Final = {
    ServerState.STARTING: ("The app is starting.", 1),
    ServerState.DRAINING: ("The server is stopping.", 2),
    ServerState.FAILED: ("This app can't run.", 10),
}


async def deny(scope: Scope, receive: Receive, send: Send, status: int) -> None:
    """Refuse a WebSocket with an HTTP response, before it is accepted."""
    await receive()
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    headers = [(b"cache-control", b"no-store"), (b"content-length", b"0")]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b""})


_NOT_FOUND: Final = PlainTextResponse(
    "Not found\n", status_code=404, headers={"Cache-Control": "no-store"}
)
_UNKNOWN_HOST: Final = PlainTextResponse(
    "This server is not known by that name. If it is yours: add the name to"
    " SUNDOG_ALLOWED_HOSTS, or set SUNDOG_BASE_URL.\n",
    status_code=403,
    headers={"Cache-Control": "no-store"},
)


def route_path(scope: Scope) -> str:
    """Return the path below the root path, whether or not the proxy has removed it."""
    path: str = scope["path"]
    root: str = scope["root_path"]
    if root and path.startswith(root) and path[len(root) : len(root) + 1] in ("", "/"):
        return path[len(root) :] or "/"
    return path


def create_application(
    settings: Settings,
    *,
    endpoints: Endpoints,
    socket: SocketApplication,
    access_policy: AccessPolicy,
    readiness: Readiness,
    files: dict[str, Handler],
    placement: Placement | None = None,
) -> Application:
    """Return the application; `files` are handlers by route pattern, most specific first."""
    routes: list[BaseRoute] = [
        Route("/readyz", endpoints.readyz),
        Route("/livez", endpoints.livez),
        # ipypopout requests this to check whether windows can be opened.
        Route("/solara/readyz", endpoints.readyz),
        Route(PREFIX + "/kernel/{kernel_id}/close", endpoints.close, methods=["POST"]),
        *(Route(pattern, handler) for pattern, handler in files.items()),
        Route("/{path:path}", endpoints.page),
    ]
    return Application(
        Starlette(routes=routes),
        socket,
        access_policy=access_policy,
        readiness=readiness,
        placement=placement or SingleWorker(),
        root_path=settings.root_path,
    )


def _with_common_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *COMMON_HEADERS]
        await send(message)

    return send_with_headers
