"""Everything undocumented in uvicorn that Sundog depends on, in one place.

Sundog's WebSocket protocol derives from uvicorn's sans-I/O one, its workers derive from uvicorn's
HTTP protocol, and its process from uvicorn's server. Other modules import these classes from here.
`INTERNALS` lists each method and attribute that they use. The names are checked at import, so that
a version of uvicorn without one of them is an error at start and not a failure under load.
"""

from __future__ import annotations

from typing import Any, Final

import uvicorn

from sundog.errors import StartupError

NEEDED: Final = "uvicorn>=0.53"

_FIX: Final = f"Install a version that has it: pip install --upgrade '{NEEDED}'"

try:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
except ImportError as error:
    raise StartupError(f"uvicorn {uvicorn.__version__} has no {error.name}. {_FIX}") from error

__all__ = ["INTERNALS", "NEEDED", "HttpToolsProtocol", "WebSocketsSansIOProtocol", "missing"]

INTERNALS: Final[dict[type[Any], tuple[str, ...]]] = {
    WebSocketsSansIOProtocol: (
        "close_sent",
        "close_timeout",
        "close_timer",
        "config",
        "conn",
        "connection_made",
        "data_received",
        "frames",
        "connection_lost",
        "handle_bytes",
        "handle_close",
        "handle_cont",
        "handle_parser_exception",
        "handle_ping",
        "handle_text",
        "handshake_initiated",
        "keepalive_timeout",
        "loop",
        "ping_timeout",
        "pong_timer",
        "queue",
        "read_paused",
        "receive",
        "resume_writing",
        "send",
        "send_keepalive_ping",
        "transport",
        "writable",
    ),
    HttpToolsProtocol: (
        "_unset_keepalive_if_required",
        "connection_lost",
        "connection_made",
        "cycle",
        "data_received",
        "loop",
        "on_headers_complete",
        "on_message_begin",
        "on_message_complete",
        "pipeline",
        "transport",
    ),
    uvicorn.Server: (
        "capture_signals",
        "config",
        "handle_exit",
        "server_state",
        "should_exit",
        "shutdown",
    ),
}
"""The methods and attributes that Sundog uses or replaces, by class."""


def missing() -> list[str]:
    """Return the names in `INTERNALS` missing in the installed uvicorn, as ``Class.name``."""
    return [
        f"{owner.__name__}.{name}"
        for owner, names in INTERNALS.items()
        for name in names
        if not _has(owner, name)
    ]


def _has(owner: type[Any], name: str) -> bool:
    """Return whether instances have an attribute, from the class or from its constructor."""
    constructors = [vars(each).get("__init__") for each in owner.__mro__]
    codes = [getattr(constructor, "__code__", None) for constructor in constructors]
    return hasattr(owner, name) or any(name in code.co_names for code in codes if code is not None)


_missing = missing()
if _missing:
    raise StartupError(f"uvicorn {uvicorn.__version__} has no {', '.join(_missing)}. {_FIX}")
