"""Limits for what a page, browser or address may send, open and leave unread."""

from dataclasses import dataclass
from typing import Annotated

from sundog.config import values
from sundog.config.meta import Meta


@dataclass(frozen=True, kw_only=True)
class LimitSettings:
    """Limits for what a page, browser or address may send, open and leave unread."""

    max_message_size: Annotated[
        int, Meta(values.size(), "the maximum size of a message from a page, including uploads")
    ] = 100 << 20
    max_unfinished_bytes: Annotated[
        int | None,
        Meta(
            values.optional_size(),
            "how many bytes of unfinished messages a worker may hold for all its pages",
        ),
    ] = 256 << 20
    message_rate: Annotated[
        int | None,
        Meta(
            values.integer(1, optional=True),
            "how many messages per second are read from a page; further messages wait",
        ),
    ] = 5000
    byte_rate: Annotated[
        int | None,
        Meta(
            values.optional_size(),
            "how many bytes per second are read from a page, after a burst of ten seconds' worth",
        ),
    ] = 32 << 20
    handshake_rate: Annotated[
        int | None,
        Meta(
            values.integer(1, optional=True),
            "how many sockets per second a client address may open, after the burst",
        ),
    ] = 20
    handshake_burst: Annotated[
        int,
        Meta(values.integer(1), "how many sockets a client address may open in a burst"),
    ] = 100
    max_connections: Annotated[
        int | None,
        Meta(values.integer(1, optional=True), "the maximum number of sockets"),
    ] = None
    max_connections_per_session: Annotated[
        int | None,
        Meta(values.integer(1, optional=True), "the maximum number of sockets per browser"),
    ] = 200
    replay_messages: Annotated[
        int,
        Meta(values.integer(0), "how many messages are kept per kernel for pages that reconnect"),
    ] = 1000
    replay_bytes: Annotated[
        int,
        Meta(
            values.size(), "how many bytes of messages are kept per kernel for pages that reconnect"
        ),
    ] = 4 << 20
    backlog_bytes: Annotated[
        int,
        Meta(
            values.size(), "how many bytes a slow page may fall behind before it must resynchronise"
        ),
    ] = 64 << 20
    display_bytes: Annotated[
        int,
        Meta(
            values.size(),
            "how many bytes of large outputs (512 KiB or more each) are kept per kernel",
        ),
    ] = 256 << 20
