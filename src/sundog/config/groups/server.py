"""Where the server listens, which proxies it trusts, and what it logs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from sundog.config import parse, values
from sundog.config.meta import Meta
from sundog.config.words import Mode


@dataclass(frozen=True, kw_only=True)
class ServerSettings:
    """Where the server listens, which proxies it trusts, and what it logs."""

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
        Meta(values.optional_text(), "the app to serve if the command names none", shared=True),
    ] = None
    host: Annotated[
        str,
        Meta(
            values.text(),
            "the name or address to listen on; 0.0.0.0 means all IPv4 addresses of this machine",
            variables=("HOST", "SOLARA_HOST"),
        ),
    ] = "localhost"
    port: Annotated[
        int,
        Meta(
            values.integer(0, 65535),
            "the port to listen on; 0 picks a free one",
            variables=("PORT",),
        ),
    ] = 8765
    workers: Annotated[
        int,
        Meta(
            values.integer(1, 256),
            "the number of server processes; more than one needs SUNDOG_SESSION_SECRET_KEY",
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
            "the app's public URL, if a proxy changes it",
            shared=True,
        ),
    ] = None
    forwarded_allow_ips: Annotated[
        tuple[str, ...],
        Meta(
            values.listing(parse.parse_peer),
            "addresses of proxies whose Forwarded and X-Forwarded-* headers are trusted",
            variables=("FORWARDED_ALLOW_IPS",),
        ),
    ] = ("127.0.0.1", "::1")
    allowed_origins: Annotated[
        tuple[str, ...],
        Meta(
            values.listing(parse.parse_allowed_origin),
            "further origins whose pages may connect",
        ),
    ] = ()
    allowed_hosts: Annotated[
        tuple[str, ...],
        Meta(
            values.listing(lambda item: item.strip().lower()),
            "accepted host names (*.example.com: all below it; *: all); if empty, local names and"
            " addresses in development on a local address, and all names otherwise",
        ),
    ] = ()
    user_header: Annotated[
        str | None,
        Meta(
            values.header_name(),
            "the header with the user's name, such as X-Forwarded-User; trusted only from proxies",
        ),
    ] = None
    log_level: Annotated[
        str,
        Meta(
            values.choice("critical", "error", "warning", "info", "debug"),
            "the minimum level of log messages",
        ),
    ] = "info"
    access_log: Annotated[bool, Meta(values.boolean(), "whether every request is logged")] = False
    shutdown_timeout: Annotated[
        float,
        Meta(values.duration(), "how long stopping may take before remaining work is abandoned"),
    ] = 10.0
    supervisor: Annotated[
        bool,
        Meta(
            values.boolean(),
            "whether a small separate process restarts the server when it crashes or hangs; with"
            " one worker only in production, and not on Windows",
        ),
    ] = True
    hang_timeout: Annotated[
        float,
        Meta(
            values.duration(),
            "how long a worker may be unresponsive before it is replaced; 0 turns this off",
        ),
    ] = 8.0
    state_directory: Annotated[
        Path | None,
        Meta(
            values.path(),
            "the folder for files that survive a restart; if empty, the user's state folder",
        ),
    ] = None
