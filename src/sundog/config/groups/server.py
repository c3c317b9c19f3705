"""Where the server listens, whom it trusts, and what it logs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from sundog.config import parse, values
from sundog.config.meta import Meta
from sundog.config.words import Mode


@dataclass(frozen=True, kw_only=True)
class ServerSettings:
    """Where the server listens, whom it trusts, and what it logs."""

    mode: Annotated[
        Mode,
        Meta(
            values.words(Mode),
            "development shows errors in the page; production shows an error id and logs the rest",
            shared=True,
        ),
    ] = Mode.PRODUCTION
    app: Annotated[
        str | None,
        Meta(values.optional_text(), "what is served when the command names no app", shared=True),
    ] = None
    host: Annotated[
        str,
        Meta(
            values.text(),
            "the name or address to listen on; 0.0.0.0 is every IPv4 address of this machine",
            variables=("HOST", "SOLARA_HOST"),
        ),
    ] = "localhost"
    port: Annotated[
        int,
        Meta(
            values.integer(0, 65535),
            "the port to listen on; 0 is any free one",
            variables=("PORT",),
        ),
    ] = 8765
    workers: Annotated[
        int,
        Meta(
            values.integer(1, 256),
            "how many processes serve; several need SUNDOG_SESSION_SECRET_KEY",
            shared=True,
        ),
    ] = 1
    root_path: Annotated[
        str,
        Meta(
            values.root_path(),
            "the URL path under which a proxy serves the app, whether or not the proxy strips it",
            shared=True,
        ),
    ] = ""
    base_url: Annotated[
        str | None,
        Meta(
            values.base_url(),
            "the address that browsers use, if it differs from what reaches the server",
            shared=True,
        ),
    ] = None
    forwarded_allow_ips: Annotated[
        tuple[str, ...],
        Meta(
            values.listing(parse.parse_peer),
            "the proxies whose Forwarded and X-Forwarded-* headers count",
            variables=("FORWARDED_ALLOW_IPS",),
        ),
    ] = ("127.0.0.1", "::1")
    allowed_origins: Annotated[
        tuple[str, ...],
        Meta(
            values.listing(parse.parse_allowed_origin),
            "origins besides the served one whose pages may open a kernel",
        ),
    ] = ()
    allowed_hosts: Annotated[
        tuple[str, ...],
        Meta(
            values.listing(lambda item: item.strip().lower()),
            "host names that requests may be for (*.example.com: any below it; *: any); when empty,"
            " local names and addresses while developing on a local address, else any",
        ),
    ] = ()
    user_header: Annotated[
        str | None,
        Meta(
            values.header_name(),
            "the header in which trusted proxies say who the user is, as in X-Forwarded-User;"
            " from others it does not count",
        ),
    ] = None
    log_level: Annotated[
        str,
        Meta(values.choice("critical", "error", "warning", "info", "debug"), "how much is logged"),
    ] = "info"
    access_log: Annotated[bool, Meta(values.boolean(), "whether each request is logged")] = False
    shutdown_timeout: Annotated[
        float,
        Meta(values.duration(), "how long stopping may take before what still runs is abandoned"),
    ] = 10.0
    state_directory: Annotated[
        Path | None,
        Meta(
            values.path(),
            "where what outlives the server is kept; when empty, the user's state folder",
        ),
    ] = None
