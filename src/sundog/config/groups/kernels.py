"""How many kernels there are, and how long."""

from dataclasses import dataclass
from typing import Annotated

from sundog.config import values
from sundog.config.meta import Meta


@dataclass(frozen=True, kw_only=True)
class KernelSettings:
    """How many kernels there are, and how long."""

    kernel_cull_timeout: Annotated[
        float,
        Meta(
            values.duration(),
            "how long a kernel waits for its page after the connection is lost",
            shared=True,
        ),
    ] = 86400.0
    kernel_max_count: Annotated[
        int | None,
        Meta(
            values.integer(1, optional=True), "how many kernels there may be at once", shared=True
        ),
    ] = None
    kernel_max_per_session: Annotated[
        int | None,
        Meta(
            values.integer(1, optional=True),
            "how many kernels one browser may have at once",
            shared=True,
        ),
    ] = 100
    dry_run_timeout: Annotated[
        float,
        Meta(
            values.duration(),
            "how long the start waits for the app's first run to end, or four seconds once the app"
            " shows something; then the server is ready, and pages run the app on their own; 0"
            " waits for ever",
        ),
    ] = 30.0
    kernel_prewarm: Annotated[
        int,
        Meta(
            values.integer(0, 1000),
            "how many kernels are kept in which the app has run already, for the pages that come"
            " next; in production only, and not for apps that ask whom they run for before they"
            " are shown",
        ),
    ] = 0
    kernel_prewarm_age: Annotated[
        float,
        Meta(
            values.duration(),
            "how long such a kernel waits for its page before a new one takes its place; 0 is for"
            " ever",
        ),
    ] = 600.0
    memory_limit: Annotated[
        int | None,
        Meta(
            values.optional_size(),
            "memory of the server, as in 2GiB, from which on kernels without a page are ended, the"
            " longest left first, and new ones refused where there is none to end (Linux)",
        ),
    ] = None
