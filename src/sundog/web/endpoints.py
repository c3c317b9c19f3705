"""The server's HTTP responses, except files."""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import quote, unquote

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from sundog.app import Link
from sundog.errors import KernelClosedError, KernelLimitError
from sundog.ids import KernelId, PageId, SessionId, new_token
from sundog.protocol import Address
from sundog.registry import Registry
from sundog.web.access import NONCE, AccessPolicy, Refusal
from sundog.web.page import PageRequest, Render, render_menu
from sundog.web.placement import Placement, SingleWorker
from sundog.web.readiness import Readiness, ServerState

RETRY_SECONDS: Final = 10
MAX_ID_LENGTH: Final = 64
MAX_TOKEN_BYTES: Final = 1024
_MODEL_ID: Final = re.compile(r"[\w-]{1,64}", re.ASCII)

_NO_STORE: Final = {"Cache-Control": "no-store"}

_NOTICE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">{refresh}<title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;margin:20vh auto 0;max-width:32em;padding:0 1em}}
h1{{font-size:1.4em;font-weight:600}}</style></head>
<body><main><h1>{title}</h1><p role="status">{text}</p>{more}</main></body></html>
"""


class Endpoints:
    """The handlers; each takes a request and returns its response."""

    def __init__(
        self,
        *,
        registry: Registry,
        access_policy: AccessPolicy,
        readiness: Readiness,
        placement: Placement | None = None,
        render: Render,
        policy: str | None,
        has_page: Callable[[Address], bool],
        links: Callable[[], Sequence[Link]] = tuple,
    ) -> None:
        self._registry = registry
        self._access_policy = access_policy
        self._readiness = readiness
        self._placement = placement or SingleWorker()
        self._render = render
        self._policy = policy
        self._has_page = has_page
        self._links = links

    async def livez(self, request: Request) -> Response:
        """Report that the process responds."""
        return PlainTextResponse("ok\n", headers=_NO_STORE)

    async def readyz(self, request: Request) -> Response:
        """Report whether the app has run and is served."""
        if self._readiness.ready:
            return PlainTextResponse("ready\n", headers=_NO_STORE)
        return _unavailable_text(self._readiness.state)

    async def page(self, request: Request) -> Response:
        """Return the page with its own kernel id, and a cookie if the browser needs one."""
        state = self._readiness.state
        if not self._readiness.serves_pages:
            return _not_ready(state)
        window = window_of(request)
        if window is not None:
            return await self._window(request, *window)
        place = place_of(request)
        if place is None or not self._has_page(place):
            return self._missing(request)
        access_policy = self._access_policy
        known = access_policy.session(request.scope)
        session = known or access_policy.sessions.new(self._placement.prefix_for_session())
        try:
            self._registry.check_capacity(session.id)
        except KernelLimitError as error:
            reason = Refusal(error.limit)
            access_policy.refusals.note(reason, "a page: %s", error)
            title, text = "The server is full", "There is no capacity for another page."
            if reason is Refusal.SESSION_KERNELS:
                title, text = "Too many pages are open", f"{error} Close some of them."
            text += f" This page retries every {RETRY_SECONDS} seconds."
            return notice(title, text, 503, retry=RETRY_SECONDS)
        prefix = self._placement.prefix_for_kernel(session.id)
        kernel_id = access_policy.sessions.mint_kernel_id(session.id, prefix)
        response = await self._rendered(request, session.id, kernel_id, place)
        if known is None or access_policy.sessions.needs_renewal(known):
            https = request.scope["scheme"] == "https"
            response.headers["Set-Cookie"] = access_policy.sessions.set_cookie(session, https=https)
        return response

    async def _rendered(
        self,
        request: Request,
        session_id: SessionId,
        kernel_id: KernelId,
        place: Address,
        widget: str = "",
    ) -> Response:
        root = request.scope.get("root_path", "")
        nonce = new_token()
        page_id = PageId(new_token())
        token = self._access_policy.sessions.page_token(session_id, kernel_id, page_id)
        page = PageRequest(kernel_id, page_id, root, nonce, place, widget, token)
        # In a thread, because it looks for files next to the app, and their disk may be slow.
        body = await anyio.to_thread.run_sync(self._render, page)
        response = HTMLResponse(body, headers=_NO_STORE)
        if self._policy is not None:
            policy = self._policy.replace(NONCE, nonce)
            response.headers["Content-Security-Policy"] = policy
        return response

    async def _window(self, request: Request, kernel_id: KernelId, widget: str) -> Response:
        """Return a page with one widget of a kernel, for the browser that owns it."""
        session_id = self._access_policy.session_for(request.scope, kernel_id)
        if session_id is None:
            text = "The page that it belongs to is not open in this browser."
            return notice("This window has nothing to show", text, 404)
        kernel = self._registry.find(kernel_id, session_id)
        if kernel is not None:
            # Nothing else that is shown need refer to the widget.
            with contextlib.suppress(KernelClosedError):
                kernel.submit(lambda: kernel.full_state.keep(widget))
        return await self._rendered(request, session_id, kernel_id, Address(), widget)

    def _missing(self, request: Request) -> Response:
        links = self._links()
        text = "The app has these pages:" if links else "This app has no page at this address."
        menu = render_menu(links, request.scope.get("root_path", ""))
        return notice("Page not found", text, 404, more=menu)

    async def close(self, request: Request) -> Response:
        """Handle a page's close beacon. The response is always the same."""
        scope = request.scope
        kernel_id = KernelId(request.path_params["kernel_id"])
        page_id = PageId(request.query_params.get("page", ""))
        if 0 < len(page_id) <= MAX_ID_LENGTH and self._access_policy.origin_allowed(scope):
            token = await _token_of(request)
            session_id = self._access_policy.session_for(scope, kernel_id, token)
        else:
            session_id = None
        if session_id is not None:
            self._registry.close_page(kernel_id, session_id, page_id)
        return Response(status_code=204, headers=_NO_STORE)


async def _token_of(request: Request) -> str:
    """Return the page's token, which is the body of its close beacon, if it can be one."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_TOKEN_BYTES:
            return ""
    return body.decode("latin-1")


def window_of(request: Request) -> tuple[KernelId, str] | None:
    """Return the kernel and the widget's model that a window should show, or None.

    The package ipypopout creates this address: of the app, or of ``solara`` below it.
    """
    kernel_id, widget = (request.query_params.get(name, "") for name in ("kernelid", "modelid"))
    if not kernel_id or request.path_params["path"] not in ("", "solara"):
        return None
    return None if _MODEL_ID.fullmatch(widget) is None else (KernelId(kernel_id), widget)


def place_of(request: Request) -> Address | None:
    """Return the address that a request asks for, or None if it is invalid."""
    path = "/" + request.path_params["path"]
    if "//" in path:
        return None
    raw = request.scope.get("raw_path", b"").decode("latin-1").partition("?")[0]
    # The original spelling, if it is known: a slash may be a part of a part.
    written = raw.removeprefix(quote(request.scope.get("root_path", "")))
    try:
        return Address.parse(written if unquote(written) == path else quote(path))
    except ValueError:
        return None


def notice(
    title: str, text: str, status: int, *, retry: int | None = None, more: str = ""
) -> Response:
    """Return a page with a message; with `retry`, it reloads after some seconds.

    `more` is HTML below the message.
    """
    refresh = "" if retry is None else f'<meta http-equiv="refresh" content="{retry}">'
    body = _NOTICE.format(
        title=html.escape(title), text=html.escape(text), refresh=refresh, more=more
    )
    headers = dict(_NO_STORE)
    headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    if retry is not None:
        headers["Retry-After"] = str(retry)
    return HTMLResponse(body, status, headers)


def _unavailable_text(state: ServerState) -> Response:
    headers = {**_NO_STORE, "Retry-After": "1"}
    return PlainTextResponse(state.value + "\n", 503, headers)


def _not_ready(state: ServerState) -> Response:
    if state is ServerState.FAILED:
        return notice("This app can't run", "See the server's log for the reason.", 503)
    if state is ServerState.DRAINING:
        return notice("The server is stopping", "This page retries by itself.", 503, retry=2)
    return notice("The app is starting", "This page shows it once it is running.", 503, retry=1)
