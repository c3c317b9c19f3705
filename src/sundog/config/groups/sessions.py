"""The cookie, and what keeps `sundog.session`."""

from dataclasses import dataclass
from typing import Annotated

from sundog.config import values
from sundog.config.meta import Meta
from sundog.config.parse import Secret
from sundog.config.words import SameSite


@dataclass(frozen=True, kw_only=True)
class SessionSettings:
    """The cookie, and what keeps `sundog.session`."""

    session_secret_key: Annotated[
        Secret | None,
        Meta(
            values.secret(),
            "what cookies are signed with; when empty, one is made and kept in the state folder",
            shared=True,
            secret=True,
        ),
    ] = None
    session_http_only: Annotated[
        bool, Meta(values.boolean(), "whether the cookie is hidden from scripts", shared=True)
    ] = True
    session_https_only: Annotated[
        bool | None,
        Meta(
            values.optional_boolean(),
            "whether the cookie is sent over https only; auto: where the page came over https",
            shared=True,
        ),
    ] = None
    session_same_site: Annotated[
        SameSite,
        Meta(
            values.words(SameSite),
            "the cookie's SameSite attribute; none is for pages that are embedded in other sites",
            shared=True,
        ),
    ] = SameSite.LAX
    session_max_age: Annotated[
        float, Meta(values.duration(), "how long a browser that does not return is remembered")
    ] = 30 * 86400.0
    store_url: Annotated[
        Secret | None,
        Meta(
            values.store_url(),
            "what keeps sundog.session: sqlite:///file, redis://…, rediss://…, unix://…;"
            " when empty, this process's memory",
            secret=True,
        ),
    ] = None
    store_timeout: Annotated[
        float, Meta(values.duration(), "how long sundog.session waits for a store that is busy")
    ] = 2.0
    store_value_bytes: Annotated[
        int, Meta(values.size(), "how large one value in sundog.session may be")
    ] = 1 << 20
    store_session_bytes: Annotated[
        int, Meta(values.size(), "how large all values of one session may be together")
    ] = 4 << 20
    store_memory_bytes: Annotated[
        int, Meta(values.size(), "how much all sessions may take where memory keeps them")
    ] = 256 << 20
