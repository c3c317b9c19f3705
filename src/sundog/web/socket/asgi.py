"""The messages of an ASGI WebSocket: https://asgi.readthedocs.io/en/latest/specs/www.html."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class ClientGoneError(Exception):
    """The client has disconnected."""


class Sender:
    """Sends to one client. Raises `ClientGoneError` once it has disconnected."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def text(self, text: str) -> None:
        """Send a text frame."""
        await self.message({"type": "websocket.send", "text": text})

    async def message(self, message: Message) -> None:
        """Send a message of ASGI."""
        try:
            await self._send(message)
        except (OSError, RuntimeError) as error:
            # ASGI servers raise the first if the client has disconnected, and the second if they
            # have closed the socket themselves, as after a ping without an answer.
            raise ClientGoneError from error
