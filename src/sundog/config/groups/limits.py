"""What one page, browser or address may send, open and leave unread."""

from dataclasses import dataclass
from typing import Annotated

from sundog.config import values
from sundog.config.meta import Meta


@dataclass(frozen=True, kw_only=True)
class LimitSettings:
    """What one page, browser or address may send, open and leave unread."""

    max_message_size: Annotated[
        int, Meta(values.size(), "the largest message that a page may send, uploads included")
    ] = 100 << 20
    message_rate: Annotated[
        int | None,
        Meta(
            values.integer(1, optional=True),
            "how many messages a second are read of one page; more have to wait",
        ),
    ] = 5000
    byte_rate: Annotated[
        int | None,
        Meta(
            values.optional_size(),
            "how many bytes a second are read of one page, after the first ten seconds' worth",
        ),
    ] = 32 << 20
    handshake_rate: Annotated[
        int | None,
        Meta(
            values.integer(1, optional=True),
            "how many sockets a second one client address may open, after a burst",
        ),
    ] = 20
    handshake_burst: Annotated[
        int,
        Meta(values.integer(1), "how many sockets one client address may open at once"),
    ] = 100
    max_connections: Annotated[
        int | None,
        Meta(values.integer(1, optional=True), "how many sockets there may be at once"),
    ] = None
    max_connections_per_session: Annotated[
        int | None,
        Meta(
            values.integer(1, optional=True), "how many sockets one browser may have open at once"
        ),
    ] = 200
    replay_messages: Annotated[
        int, Meta(values.integer(0), "how many messages are kept for a page that reconnects")
    ] = 1000
    replay_bytes: Annotated[
        int, Meta(values.size(), "how many bytes of messages are kept for a page that reconnects")
    ] = 4 << 20
    backlog_bytes: Annotated[
        int, Meta(values.size(), "how far a page may fall behind before it must start over")
    ] = 64 << 20
    display_bytes: Annotated[
        int,
        Meta(
            values.size(),
            "how many bytes of large outputs (each of 512 KiB or more) are kept for one page",
        ),
    ] = 256 << 20
