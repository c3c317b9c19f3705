"""The session cookie, and the store of `sundog.session`."""

from dataclasses import dataclass
from typing import Annotated

from sundog.config import values
from sundog.config.meta import Meta
from sundog.config.parse import Secret
from sundog.config.words import SameSite


@dataclass(frozen=True, kw_only=True)
class SessionSettings:
    """The session cookie, and the store of `sundog.session`."""

    session_secret_key: Annotated[
        Secret | None,
        Meta(
            values.secret(),
            "the key that signs cookies; if empty, one is generated and stored in the state folder",
            shared=True,
            secret=True,
        ),
    ] = None
    session_http_only: Annotated[
        bool,
        Meta(
            values.boolean(), "whether scripts are prevented from reading the cookie", shared=True
        ),
    ] = True
    session_https_only: Annotated[
        bool | None,
        Meta(
            values.optional_boolean(),
            "whether the cookie is sent only over https; auto: if the page was loaded over https",
            shared=True,
        ),
    ] = None
    session_same_site: Annotated[
        SameSite,
        Meta(
            values.words(SameSite),
            "the cookie's SameSite attribute; use none for pages embedded in other sites",
            shared=True,
        ),
    ] = SameSite.LAX
    session_max_age: Annotated[
        float,
        Meta(values.duration(), "how long the session of a browser that does not return is kept"),
    ] = 30 * 86400.0
    store_url: Annotated[
        Secret | None,
        Meta(
            values.store_url(),
            "the store of sundog.session: sqlite:///file, redis://…, rediss://…, unix://…;"
            " if empty, the server's memory",
            secret=True,
        ),
    ] = None
    store_timeout: Annotated[
        float, Meta(values.duration(), "how long sundog.session waits for a busy store")
    ] = 2.0
    store_value_bytes: Annotated[
        int, Meta(values.size(), "the maximum size of one value in sundog.session")
    ] = 1 << 20
    store_session_bytes: Annotated[
        int, Meta(values.size(), "the maximum size of all values of one session")
    ] = 4 << 20
    store_memory_bytes: Annotated[
        int, Meta(values.size(), "the maximum size of all sessions in memory")
    ] = 256 << 20
