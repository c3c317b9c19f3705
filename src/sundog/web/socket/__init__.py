"""The WebSocket between a page and its kernel."""

from sundog.web.socket.asgi import ClientGoneError
from sundog.web.socket.budget import Budget
from sundog.web.socket.connection import SocketConnection
from sundog.web.socket.endpoint import KernelSocket
from sundog.web.socket.transport import WebSocketProtocol

__all__ = [
    "Budget",
    "ClientGoneError",
    "KernelSocket",
    "SocketConnection",
    "WebSocketProtocol",
]
