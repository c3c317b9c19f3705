"""Whether and where usage is reported."""

from dataclasses import dataclass
from typing import Annotated

from sundog.config import values
from sundog.config.meta import Meta
from sundog.config.parse import Secret


@dataclass(frozen=True, kw_only=True)
class TelemetrySettings:
    """Whether and where usage is reported."""

    telemetry_mixpanel_enable: Annotated[
        bool, Meta(values.boolean(), "whether usage is reported, if a token is set", shared=True)
    ] = True
    telemetry_mixpanel_token: Annotated[
        Secret | None,
        Meta(
            values.secret(),
            "the token of the Mixpanel project that receives usage data; if empty, nothing is sent",
            shared=True,
            secret=True,
        ),
    ] = None
    telemetry_mixpanel_host: Annotated[
        str,
        Meta(
            values.base_url(),
            "the address that usage is reported to, such as https://api-eu.mixpanel.com for the EU",
        ),
    ] = "https://api.mixpanel.com"
