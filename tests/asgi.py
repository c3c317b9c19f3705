"""Calls an ASGI application without a server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

Application = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class Answer:
    """What an application sent."""

    status: int
    headers: dict[str, str]
    body: bytes


def http_scope(
    path: str,
    *,
    method: str = "GET",
    headers: Iterable[tuple[str, str]] = (),
    host: str = "localhost",
    kind: str = "http",
    extensions: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a scope; the path is taken as it is, decoded already."""
    path, _, query = path.partition("?")
    return {
        "type": kind,
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "ws" if kind == "websocket" else "http",
        "path": path,
        "raw_path": path.encode("utf-8", "surrogatepass"),
        "query_string": query.encode(),
        "root_path": "",
        "extensions": {"websocket.http.response": {}} if extensions is None else extensions,
        "client": ("198.51.100.1", 1234),
        "server": ("127.0.0.1", 8765),
        "headers": [
            (b"host", host.encode()),
            *((name.lower().encode(), value.encode()) for name, value in headers),
        ],
    }


async def send_request(
    application: Application, scope: dict[str, Any], body: bytes = b""
) -> Answer:
    """Call the application with one request."""
    sent: list[dict[str, Any]] = []
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            await asyncio.Event().wait()
        asked = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await application(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], headers, b"".join(part.get("body", b"") for part in sent[1:]))


def request(application: Application, path: str, *, body: bytes = b"", **options: Any) -> Answer:
    """Call the application with one request, on a loop of its own."""
    return asyncio.run(send_request(application, http_scope(path, **options), body))


def websocket(application: Application, path: str, **options: Any) -> list[dict[str, Any]]:
    """Open a WebSocket that is ended at once, and return what was sent."""
    sent: list[dict[str, Any]] = []
    events = [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1001}]

    async def receive() -> dict[str, Any]:
        return events.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(application(http_scope(path, kind="websocket", **options), receive, send))
    return sent
