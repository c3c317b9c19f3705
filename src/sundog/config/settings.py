"""Every setting: its name, default, form and meaning. The one table that all else is made from.

The variables of a setting are its name in capitals after ``SUNDOG_``, then those that it has from
elsewhere, in the order in which they count.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Final, get_type_hints

from sundog.config import values
from sundog.config.values import Kind, Secret
from sundog.config.words import ExpiredPage, Mode, SameSite, Source, Spec, ThemeVariant

PREFIX: Final = "SUNDOG_"
SHARED_PREFIX: Final = "SOLARA_"


@dataclass(frozen=True, slots=True)
class _Meta:
    kind: Kind
    meaning: str
    # Whether the variable exists with the shared prefix too.
    shared: bool = False
    variables: tuple[str, ...] = ()
    secret: bool = False


def _choices(words: type[enum.StrEnum]) -> Kind:
    kind = values.choice(*words)
    return Kind(lambda given: words(kind.parse(given)), choices=kind.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one server. Durations are seconds, sizes are bytes."""

    # The server --------------------------------------------------------------------------------
    mode: Annotated[
        Mode,
        _Meta(
            _choices(Mode),
            "development shows errors in the page; production shows an error id and logs the rest",
            shared=True,
        ),
    ] = Mode.PRODUCTION
    app: Annotated[
        str | None,
        _Meta(values.optional_text(), "what is served when the command names no app", shared=True),
    ] = None
    host: Annotated[
        str,
        _Meta(
            values.text(),
            "the name or address to listen on; 0.0.0.0 is every IPv4 address of this machine",
            variables=("HOST", "SOLARA_HOST"),
        ),
    ] = "localhost"
    port: Annotated[
        int,
        _Meta(
            values.integer(0, 65535),
            "the port to listen on; 0 is any free one",
            variables=("PORT",),
        ),
    ] = 8765
    workers: Annotated[
        int,
        _Meta(
            values.integer(1, 256),
            "how many processes serve; several need SUNDOG_SESSION_SECRET_KEY",
            shared=True,
        ),
    ] = 1
    root_path: Annotated[
        str,
        _Meta(
            values.root_path(),
            "the URL path under which a proxy serves the app, whether or not the proxy strips it",
            shared=True,
        ),
    ] = ""
    base_url: Annotated[
        str | None,
        _Meta(
            values.base_url(),
            "the address that browsers use, if it differs from what reaches the server",
            shared=True,
        ),
    ] = None
    forwarded_allow_ips: Annotated[
        tuple[str, ...],
        _Meta(
            values.listing(values.parse_peer),
            "the proxies whose Forwarded and X-Forwarded-* headers count",
            variables=("FORWARDED_ALLOW_IPS",),
        ),
    ] = ("127.0.0.1", "::1")
    allowed_origins: Annotated[
        tuple[str, ...],
        _Meta(
            values.listing(values.parse_origin),
            "origins besides the served one whose pages may open a kernel",
        ),
    ] = ()
    allowed_hosts: Annotated[
        tuple[str, ...],
        _Meta(
            values.listing(lambda item: item.strip().lower()),
            "host names that requests may be for (*.example.com: any below it; *: any); when empty,"
            " local names and addresses while developing on a local address, else any",
        ),
    ] = ()
    user_header: Annotated[
        str | None,
        _Meta(
            values.header_name(),
            "the header in which trusted proxies say who the user is, as in X-Forwarded-User;"
            " from others it does not count",
        ),
    ] = None
    log_level: Annotated[
        str,
        _Meta(values.choice("critical", "error", "warning", "info", "debug"), "how much is logged"),
    ] = "info"
    access_log: Annotated[bool, _Meta(values.boolean(), "whether each request is logged")] = False
    shutdown_timeout: Annotated[
        float,
        _Meta(values.duration(), "how long stopping may take before what still runs is abandoned"),
    ] = 10.0
    state_directory: Annotated[
        Path | None,
        _Meta(
            values.path(),
            "where what outlives the server is kept; when empty, the user's state folder",
        ),
    ] = None

    # Kernels -----------------------------------------------------------------------------------
    kernel_cull_timeout: Annotated[
        float,
        _Meta(
            values.duration(),
            "how long a kernel waits for its page after the connection is lost",
            shared=True,
        ),
    ] = 86400.0
    kernel_max_count: Annotated[
        int | None,
        _Meta(
            values.integer(1, optional=True), "how many kernels there may be at once", shared=True
        ),
    ] = None
    kernel_max_per_session: Annotated[
        int | None,
        _Meta(
            values.integer(1, optional=True),
            "how many kernels one browser may have at once",
            shared=True,
        ),
    ] = 100
    kernel_prewarm: Annotated[
        int,
        _Meta(
            values.integer(0, 1000),
            "how many kernels are kept in which the app has run already, for the pages that come"
            " next; in production only, and not for apps that ask whom they run for before they"
            " are shown",
        ),
    ] = 0
    kernel_prewarm_age: Annotated[
        float,
        _Meta(
            values.duration(),
            "how long such a kernel waits for its page before a new one takes its place; 0 is for"
            " ever",
        ),
    ] = 600.0
    memory_limit: Annotated[
        int | None,
        _Meta(
            values.optional_size(),
            "memory of the server, as in 2GiB, from which on kernels without a page are ended, the"
            " longest left first, and new ones refused where there is none to end (Linux)",
        ),
    ] = None
    max_message_size: Annotated[
        int, _Meta(values.size(), "the largest message that a page may send, uploads included")
    ] = 100 << 20
    message_rate: Annotated[
        int | None,
        _Meta(
            values.integer(1, optional=True),
            "how many messages a second are read of one page; more have to wait",
        ),
    ] = 5000
    byte_rate: Annotated[
        int | None,
        _Meta(
            values.optional_size(),
            "how many bytes a second are read of one page, after the first ten seconds' worth",
        ),
    ] = 32 << 20
    handshake_rate: Annotated[
        int | None,
        _Meta(
            values.integer(1, optional=True),
            "how many sockets a second one client address may open, after a burst",
        ),
    ] = 20
    handshake_burst: Annotated[
        int,
        _Meta(values.integer(1), "how many sockets one client address may open at once"),
    ] = 100
    max_connections: Annotated[
        int | None,
        _Meta(values.integer(1, optional=True), "how many sockets there may be at once"),
    ] = None
    max_connections_per_session: Annotated[
        int | None,
        _Meta(
            values.integer(1, optional=True), "how many sockets one browser may have open at once"
        ),
    ] = 200
    replay_messages: Annotated[
        int, _Meta(values.integer(0), "how many messages are kept for a page that reconnects")
    ] = 1000
    replay_bytes: Annotated[
        int, _Meta(values.size(), "how many bytes of messages are kept for a page that reconnects")
    ] = 4 << 20
    backlog_bytes: Annotated[
        int, _Meta(values.size(), "how far a page may fall behind before it must start over")
    ] = 64 << 20

    # Sessions ----------------------------------------------------------------------------------
    session_secret_key: Annotated[
        Secret | None,
        _Meta(
            values.secret(),
            "what cookies are signed with; when empty, one is made and kept in the state folder",
            shared=True,
            secret=True,
        ),
    ] = None
    session_http_only: Annotated[
        bool, _Meta(values.boolean(), "whether the cookie is hidden from scripts", shared=True)
    ] = True
    session_https_only: Annotated[
        bool | None,
        _Meta(
            values.optional_boolean(),
            "whether the cookie is sent over https only; auto: where the page came over https",
            shared=True,
        ),
    ] = None
    session_same_site: Annotated[
        SameSite,
        _Meta(
            _choices(SameSite),
            "the cookie's SameSite attribute; none is for pages that are embedded in other sites",
            shared=True,
        ),
    ] = SameSite.LAX
    session_max_age: Annotated[
        float, _Meta(values.duration(), "how long a browser that does not return is remembered")
    ] = 30 * 86400.0
    store_url: Annotated[
        Secret | None,
        _Meta(
            values.store_url(),
            "what keeps sundog.session: sqlite:///file, redis://…, rediss://…, unix://…;"
            " when empty, this process's memory",
            secret=True,
        ),
    ] = None
    store_timeout: Annotated[
        float, _Meta(values.duration(), "how long sundog.session waits for a store that is busy")
    ] = 2.0
    store_value_bytes: Annotated[
        int, _Meta(values.size(), "how large one value in sundog.session may be")
    ] = 1 << 20
    store_session_bytes: Annotated[
        int, _Meta(values.size(), "how large all values of one session may be together")
    ] = 4 << 20
    store_memory_bytes: Annotated[
        int, _Meta(values.size(), "how much all sessions may take where memory keeps them")
    ] = 256 << 20

    # The page ----------------------------------------------------------------------------------
    theme_variant: Annotated[
        ThemeVariant, _Meta(_choices(ThemeVariant), "the page's colours", shared=True)
    ] = ThemeVariant.AUTO
    theme_title: Annotated[
        str | None,
        _Meta(values.optional_text(), "the page's title; when empty, the app's name", shared=True),
    ] = None
    theme_loader: Annotated[
        str, _Meta(values.text(), "what the page shows while it loads", shared=True)
    ] = "sundog"
    expired_page: Annotated[
        ExpiredPage,
        _Meta(
            _choices(ExpiredPage),
            "what a page does when its kernel has ended: ask says so and offers a fresh start,"
            " restart starts afresh by itself",
        ),
    ] = ExpiredPage.ASK
    server_http_gzip: Annotated[
        bool, _Meta(values.boolean(), "whether answers are compressed", shared=True)
    ] = True
    server_ignore_nbextensions: Annotated[
        bool,
        _Meta(
            values.boolean(),
            "whether widgets packaged for the classic notebook only are left out",
            shared=True,
        ),
    ] = False
    widget_loaders: Annotated[
        tuple[str, ...],
        _Meta(
            values.listing(values.parse_widget_loader),
            "which form of a widget library is tried first where both are installed, as in"
            " bqplot=amd: lab (its labextension, the default) or amd (its nbextension)",
        ),
    ] = ()
    assets_extra_locations: Annotated[
        tuple[Path, ...],
        _Meta(values.paths(), "more folders of files that override the page's own", shared=True),
    ] = ()
    script_sources: Annotated[
        tuple[str, ...],
        _Meta(
            values.listing(),
            "origins besides the server that widgets may load scripts from, as in https://esm.sh",
        ),
    ] = ()
    script_eval: Annotated[
        bool,
        _Meta(
            values.boolean(),
            "whether widgets may make functions from text, as Vega and many classic packages do"
            " ('unsafe-eval')",
        ),
    ] = True
    script_blobs: Annotated[
        bool,
        _Meta(
            values.boolean(),
            "whether widgets may load scripts from memory, as anywidget does (blob:)",
        ),
    ] = True
    content_security_policy: Annotated[
        str | None,
        _Meta(
            values.optional_text(),
            "replaces the page's Content-Security-Policy, {nonce} in it is the page's own nonce;"
            " none sends none",
        ),
    ] = None
    frame_ancestors: Annotated[
        str, _Meta(values.text(), "which sites may show the page in a frame, as CSP writes it")
    ] = "'self'"

    # Telemetry ---------------------------------------------------------------------------------
    telemetry_mixpanel_enable: Annotated[
        bool, _Meta(values.boolean(), "whether usage is reported, if there is a token", shared=True)
    ] = True
    telemetry_mixpanel_token: Annotated[
        Secret | None,
        _Meta(
            values.secret(),
            "the Mixpanel project that usage is reported to; when empty, nothing is sent",
            shared=True,
            secret=True,
        ),
    ] = None

    # Not a setting: where each of the above came from.
    sources: Mapping[str, Source] = field(default_factory=dict, repr=False, compare=False)

    def source(self, name: str) -> Source:
        """Return where a setting's value came from."""
        return self.sources.get(name, Source())

    @property
    def development(self) -> bool:
        """Whether errors are shown in the page."""
        return self.mode == Mode.DEVELOPMENT


def _specs() -> dict[str, Spec]:
    hints = get_type_hints(Settings, include_extras=True)
    result = {}
    for each in fields(Settings):
        for meta in getattr(hints[each.name], "__metadata__", ()):
            name = each.name.upper()
            shared = (SHARED_PREFIX + name,) if meta.shared else ()
            variables = (PREFIX + name, *shared, *meta.variables)
            result[each.name] = Spec(
                each.name, meta.kind, meta.meaning, variables, each.default, meta.secret
            )
    return result


SPECS: Final[Mapping[str, Spec]] = _specs()
